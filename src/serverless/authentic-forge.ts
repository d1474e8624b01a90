import type { Comment, Forge, WrittenCheck } from '../github/forge.ts';
import type { Sha } from '../model/ids.ts';
import { isMac, macOf } from './keys.ts';

const COMMENT_MAC = /<!-- huxley-mac-1 ([A-Za-z0-9_-]{43}) -->\n(?=<!-- huxley:[^\n]*-->\s*$)/;
const MARKER = /<!-- huxley:[^\n]*-->\s*$/;
const CHECK_MAC = /(?:^|\n\n)Authenticated by HUXLEY_KEY, version 1: `([A-Za-z0-9_-]{43})`$/;

/**
 * A forge whose account is shared with every workflow of the repository. What the controller writes to find it again carries a
 * MAC, and what carries none, or another's, is not its own: comments by the marker they end with, check runs by all they say
 * and the commit they are on. Others can take away what it wrote, and repeat it where it stands; they can make up nothing.
 */
export function authenticForge(forge: Forge, key: Buffer): Forge {
  const { repository } = forge;
  const id = forge.facts().then((facts) => facts.id);
  id.catch(() => {});
  const markerMac = async (marker: string) => macOf(key, ['comment', await id, marker.trim()]);
  const checkMac = async (
    sha: Sha,
    { name, externalId, summary }: Pick<WrittenCheck, 'name' | 'externalId' | 'summary'>,
    text: string,
  ) => macOf(key, ['check', await id, sha, name, externalId, plain(summary), plain(text)]);
  const signed = async (body: string) => {
    const marker = MARKER.exec(body)?.[0];
    if (marker === undefined) return body;
    return `${body.slice(0, -marker.length)}<!-- huxley-mac-1 ${await markerMac(marker)} -->\n${marker}`;
  };
  const checked = async (comment: Comment): Promise<Comment> => {
    const { body, author } = comment;
    if (author !== forge.appLogin) return comment;
    const mac = COMMENT_MAC.exec(body)?.[1];
    const marker = MARKER.exec(body)?.[0];
    const own = mac !== undefined && marker !== undefined && isMac(mac, await markerMac(marker));
    // Whoever else wrote it, it is nobody's whose word counts.
    return own ? comment : { ...comment, author: 'ghost', appId: null };
  };
  const all = async (comments: Promise<readonly Comment[]>) => Promise.all((await comments).map(checked));
  return {
    ...forge,
    repository,
    get frugal() {
      return forge.frugal;
    },
    comments: (issue) => all(forge.comments(issue)),
    commentsSince: (time) => all(forge.commentsSince(time)),
    comment: async (issue, body) => forge.comment(issue, await signed(body)),
    editComment: async (comment, body) => forge.editComment(comment, await signed(body)),
    async writeCheck(sha, check) {
      const mac = await checkMac(sha, check, check.text);
      const line = `Authenticated by HUXLEY_KEY, version 1: \`${mac}\``;
      return forge.writeCheck(sha, { ...check, text: check.text === '' ? line : `${check.text}\n\n${line}` });
    },
    async checks(sha) {
      const own: WrittenCheck[] = [];
      for (const check of await forge.checks(sha)) {
        const whole = plain(check.text);
        const found = CHECK_MAC.exec(whole);
        if (found === null) continue;
        const text = whole.slice(0, found.index);
        if (isMac(found[1]!, await checkMac(sha, check, text))) own.push({ ...check, text });
      }
      return own;
    },
  };
}

/** As a server may give it back. */
function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}
