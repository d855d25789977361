// Facts that the host tells of itself: files `NAME.fact` of JSON or INI, programs that print such.
import type { ResultData } from '../../contract.ts';
import type { Facts, Sections } from './facts.ts';

function ini(text: string): ResultData | undefined {
  const sections: { [name: string]: { [name: string]: ResultData } } = {};
  let current: { [name: string]: ResultData } | undefined;
  for (const line of text.split('\n').map((one) => one.trim())) {
    const header = /^\[(.+)\]$/.exec(line)?.[1];
    const entry = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line);
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (header !== undefined) current = sections[header] = {};
    else if (entry && current) current[(entry[1] ?? '').toLowerCase()] = entry[2] ?? '';
    else return undefined;
  }
  return sections;
}

function read(text: string): ResultData {
  try {
    return JSON.parse(text) as ResultData;
  } catch {
    return ini(text) ?? 'error loading facts as JSON or ini - please check content';
  }
}

export function localFacts(sections: Sections): Facts {
  const parts = `\n${sections.get('local') ?? ''}`.split('\n\u0002').slice(1);
  const found = parts.map((part): [string, ResultData] => {
    const end = part.indexOf('\n');
    return [part.slice(0, end), read(part.slice(end + 1).trim())];
  });
  return { local: Object.fromEntries(found) };
}
