import { getApps, initializeApp } from 'firebase-admin/app';
import { getAuth } from 'firebase-admin/auth';

/** Whether Firebase Auth knows somebody by this id. */
export async function hasAccount(uid: string): Promise<boolean> {
  const app = getApps()[0] ?? initializeApp();
  try {
    await getAuth(app).getUser(uid);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'auth/user-not-found') return false;
    throw error;
  }
}
