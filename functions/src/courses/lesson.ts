/** Where a video can lie, each with the one field that finds it there (F59). */
export type Video =
  | { readonly source: 'cloudinary'; readonly publicId: string }
  | { readonly source: 'youtube'; readonly videoId: string }
  | { readonly source: 'vimeo'; readonly videoId: string }
  | { readonly source: 'external'; readonly url: string };

/** `lessons/{course}~{topic}`: the video of a topic. It leaves the server for those alone who may learn the course. */
export type Lesson = { readonly course: string; readonly topic: string; readonly video: Video };

/** What each source is found by: https://cloudinary.com/documentation/cloudinary_glossary#public_id and the players’ own. */
export const publicIdForm = /^(?!.*(?:\.\.|\/\/|\/$))[A-Za-z0-9][A-Za-z0-9_./-]{0,254}$/;
export const youtubeForm = /^[A-Za-z0-9_-]{11}$/;
export const vimeoForm = /^\d{6,12}$/;

/** https, a host by its name, no password and no port: an address that a browser may be sent to. */
export function isPlainHttps(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password, port } = new URL(url);
  const named = /^(?!\d+\.\d+\.\d+\.\d+$)([a-z0-9-]+\.)+[a-z][a-z0-9-]+$/.test(hostname);
  return protocol === 'https:' && named && username === '' && password === '' && port === '';
}
