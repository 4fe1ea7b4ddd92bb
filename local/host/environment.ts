/** What a deployed function finds around it. */
export type Surroundings = {
  readonly projectId: string;
  /** `host:port` of the emulators. */
  readonly firestoreHost: string;
  readonly authHost: string;
  /** Parameters and secrets, by name, as a deploy would have asked for them. */
  readonly env?: Readonly<Record<string, string>>;
};

/** With any of these, tokens would not be verified, or a real project could be reached. */
const REMOVED = [
  'FUNCTIONS_EMULATOR',
  'FIREBASE_DEBUG_MODE',
  'FIREBASE_DEBUG_FEATURES',
  'GOOGLE_APPLICATION_CREDENTIALS',
];

/**
 * Sets the environment that deployed code reads. Call it before the functions are imported: the Firebase
 * SDKs look while they load. Answers what puts the environment back as it was.
 */
export function prepareEnvironment({
  projectId,
  firestoreHost,
  authHost,
  env = {},
}: Surroundings): () => void {
  const wanted: Record<string, string | undefined> = {
    GCLOUD_PROJECT: projectId,
    GOOGLE_CLOUD_PROJECT: projectId,
    FIREBASE_CONFIG: JSON.stringify({ projectId }),
    FIRESTORE_EMULATOR_HOST: firestoreHost,
    FIREBASE_AUTH_EMULATOR_HOST: authHost,
    METADATA_SERVER_DETECTION: 'none',
    K_SERVICE: 'local',
    ...Object.fromEntries(REMOVED.map((name) => [name, undefined])),
    ...env,
  };
  const before = Object.keys(wanted).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(wanted)) put(name, value);
  return () => {
    for (const [name, value] of before) put(name, value);
  };
}

function put(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}
