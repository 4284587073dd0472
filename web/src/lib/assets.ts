// Addresses of the pictures that are shipped; their names carry a hash, which the build knows.
import files from '../../../build/assets.json';
import { siteUrl } from '../engine';

const images = files.images as Record<string, { url: string; bytes: number } | undefined>;

/** `name` as below shared/images: "coffee.png", "thumbs/coffee.jpg". */
export const imageUrl = (name: string): string => siteUrl(images[name]?.url ?? `images/${name}`);
