/** Characters that tell a terminal what to do; line ends and tabs are harmless. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Text from a file as it may be shown on a terminal: what would move the cursor or change colours is spelt out. */
export const plain = (text: string): string =>
  text.replace(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
