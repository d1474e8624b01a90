/** The Environment that holds the keys, as workflows name it. */
export const ENVIRONMENT = 'huxley';
/** The secret that orders are signed with where there is no server. */
export const KEY_SECRET = 'HUXLEY_KEY';
