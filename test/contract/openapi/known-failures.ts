/** Where GitHub's description contradicts GitHub, with the reason why the description is taken to be wrong. */
export const KNOWN_FAILURES: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  {
    pattern: /^GET \/app\/installations 200: response\/\d+\/account /,
    why: 'listed, an account is described as a user and an enterprise at once (allOf); read alone, as either (anyOf)',
  },
  {
    pattern:
      /^(POST \/repos\/\{owner\}\/\{repo\}\/merges (404|409)|DELETE \/repos\/\{owner\}\/\{repo\}\/git\/refs\/\{ref\} 422): the answer has a body$/,
    why: 'described without a body, but these refusals are answered as every other one is, with a message',
  },
];
