// Addresses of the pictures that are shipped; their names carry a hash, which the build knows.
import urls from '../../../build/images.json';
import { siteUrl } from '../engine/site';

const images = urls as Record<string, string | undefined>;

/** `name` as below shared/images: "coffee.png", "thumbs/coffee.jpg". */
export const imageUrl = (name: string): string => siteUrl(images[name] ?? `images/${name}`);
