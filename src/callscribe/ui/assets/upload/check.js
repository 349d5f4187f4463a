// Why a file is not taken, known before a byte of it is sent.

/**
 * Null, or {text}: the name of what to say. `limits` = {bytes, formats}; without formats, any will do.
 *
 * What a file is, the service decides by its content; here only what is surely something else is refused.
 */
export function refused(file, { bytes, formats }) {
  if (file.isFolder) return { text: "folder" };
  if (!isMedia(file, formats)) return { text: "kind" };
  if (file.size === 0) return { text: "empty" };
  return file.size > bytes ? { text: "large" } : null;
}

function isMedia({ name, type }, formats) {
  const ending = name.match(/\.([^.]+)$/)?.[1].toLowerCase();
  if (!formats.length || !ending || formats.includes(ending)) return true;
  return /^(audio|video)\//.test(type);
}
