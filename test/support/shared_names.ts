// What differs between two clusters of the same site by nature has the same name in both: addresses, keys, ranges that the
// cluster gave out. A text in which they are replaced by their names can be compared.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { labPlaces } from '../../lab/places.ts';
import { readRecord } from '../../lab/lab_record.ts';
import type { TestCluster } from './cluster.ts';

/** pod_cidr of roles/cluster. */
const podNetwork = '10.200.0.0/16';

export type Rename = (text: string) => string;

/** Values and their names. Longer values come first, as a shorter one may be a part of them. */
export function renaming(names: ReadonlyMap<string, string>): Rename {
  const ordered = [...names].filter(([value]) => value !== '').sort(([a], [b]) => b.length - a.length);
  return (text) => ordered.reduce((result, [value, name]) => result.replaceAll(value, name), text);
}

/** The names of one cluster that is up. */
export async function sharedNames(cluster: TestCluster): Promise<Rename> {
  const { lab, folder } = cluster;
  const names = new Map<string, string>();
  names.set(labPlaces(lab.name).folder, '<lab>');
  names.set(lab.name, '<name of the lab>');
  const record = await readRecord(lab.name);
  for (const { name, prefix } of record?.subnets ?? []) {
    names.set(`${prefix}.`, `<${name}>.`);
    names.set(prefix.split('.').map(hexadecimal).join(''), `<${name} in hexadecimal>`);
  }
  names.set(podNetwork, '<pods>'); // begins as one of the ranges in it
  // Workers get their ranges in the order in which they come.
  for (const [node, range] of await podRanges(cluster))
    names.set(range.replace(/0\/\d+$/, ''), `<pods of ${node}>.`);
  for (const [name, content] of keyFiles(path.join(folder, 'pki')))
    // The API server gives certificates back with line ends of its own.
    for (const text of [content, content.trim(), content.replaceAll('\r', '')]) {
      names.set(text, `<${name}>`);
      names.set(Buffer.from(text).toString('base64'), `<${name} in base64>`);
      names.set(JSON.stringify(text).slice(1, -1), `<${name}>`);
      names.set(createHash('sha256').update(text).digest('hex'), `<sha256 of ${name}>`);
    }
  // A template that holds one of these has another hash in each cluster.
  for (const [owner, revision, hash] of await templateHashes(cluster))
    names.set(hash, `<template ${revision} of ${owner}>`);
  return renaming(names);
}

function hexadecimal(number: string): string {
  return Number(number).toString(16).padStart(2, '0');
}

function keyFiles(folder: string): [name: string, content: string][] {
  return readdirSync(folder).map((name) => [`pki/${name}`, readFileSync(path.join(folder, name), 'utf8')]);
}

async function podRanges({ kubectl }: TestCluster): Promise<[node: string, range: string][]> {
  const template = '{range .items[*]}{.metadata.name} {.spec.podCIDR}{"\\n"}{end}';
  const { stdout } = await kubectl('get', 'nodes', '-o', `jsonpath=${template}`);
  return wordsOf(stdout).map(([node = '', range = '']) => [node, range]);
}

async function templateHashes({
  kubectl,
}: TestCluster): Promise<[owner: string, revision: string, hash: string][]> {
  const fields = [
    '.metadata.ownerReferences[0].name',
    '.metadata.annotations.deployment\\.kubernetes\\.io/revision',
    '.metadata.labels.pod-template-hash',
  ];
  const template = `{range .items[*]}${fields.map((field) => `{${field}}`).join(' ')}{"\\n"}{end}`;
  const { stdout } = await kubectl('get', 'replicasets', '--all-namespaces', '-o', `jsonpath=${template}`);
  return wordsOf(stdout).map(([owner = '', revision = '', hash = '']) => [owner, revision, hash]);
}

function wordsOf(text: string): string[][] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}
