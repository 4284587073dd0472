// Where the site's files are, from anywhere the page or an embedding page may be.

/** The site's root: scripts live one folder below it in the built site. */
const root = import.meta.env.DEV
  ? new URL(import.meta.env.BASE_URL, location.href)
  : parentFolder(import.meta.url);

function parentFolder(url: string): URL {
  return new URL('../', url);
}

/** Whether the page with all demos is there, too; not in the npm package. */
export const hasPage = true;

/** Address of a file of the site. */
export const siteUrl = (path: string): string => new URL(path, root).href;
