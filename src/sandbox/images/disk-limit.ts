import { HuxleyError } from '../../model/error.ts';

/**
 * The limit on disk that a runner's setting names, in gigabytes; undefined where it is empty.
 *
 * @param name of the variable or input
 * @throws HuxleyError `image.limit-setting`
 */
export function diskLimit(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const gigabytes = Number(text);
  if (gigabytes > 0 && Number.isFinite(gigabytes)) return gigabytes;
  throw new HuxleyError(
    'image.limit-setting',
    `${name} is '${text}'`,
    'Give a number of gigabytes above 0, such as 20.',
  );
}
