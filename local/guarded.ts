import { deleteApp, initializeApp } from 'firebase/app';
import { connectFirestoreEmulator, doc, getDoc, getFirestore } from 'firebase/firestore/lite';
import type { Cloud } from './cloud.ts';
import type { Person } from './people.ts';

/** A document as an app reads it: with Firebase's own client SDK, as a signed-in person, under the rules. */
export async function readAs(
  { urls, projectId }: Cloud,
  person: Person,
  path: string,
): Promise<Record<string, unknown>> {
  const [host = '', port = ''] = urls.firestore.split(':');
  const app = initializeApp({ projectId, apiKey: 'local' }, `${person.uid} ${path}`);
  try {
    const store = getFirestore(app);
    connectFirestoreEmulator(store, host, Number(port), { mockUserToken: person.idToken });
    const found = await getDoc(doc(store, path));
    if (!found.exists()) throw new Error(`There is no ${path}.`);
    return found.data();
  } finally {
    await deleteApp(app);
  }
}
