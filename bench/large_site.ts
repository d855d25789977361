// A large repository in the manner of many teams' years: roles with defaults, handlers, templates, imported files, blocks,
// loops, conditions and tags. What a role has depends on its number alone.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Of each role: seven in main.yml, three in the file that it imports. */
export const tasksOfRole = 10;

function main(name: string): string {
  return `- name: Install ${name}
  package: {name: "{{ ${name}_packages }}", state: present}
  tags: [packages, ${name}]
- name: Make the folders
  file: {path: "{{ ${name}_folder }}/{{ item }}", state: directory, mode: "0755"}
  loop: [bin, etc, log]
- name: Write the settings
  template: {src: settings.j2, dest: "{{ ${name}_folder }}/etc/settings", mode: "0644"}
  notify: Restart ${name}
- name: Look at the program
  command: "{{ ${name}_folder }}/bin/${name} --version"
  register: ${name}_seen
  changed_when: false
  failed_when: ${name}_seen.rc not in [0, 1]
- when: ${name}_seen.stdout is search('old') or ansible_facts.os_family | default('') == 'Debian'
  block:
    - name: Fetch the program
      get_url: {url: "https://files.example.org/{{ ${name}_version }}/${name}", dest: "{{ ${name}_folder }}/bin/${name}"}
    - name: Keep its version
      copy: {content: "{{ ${name}_version }}\\n", dest: "{{ ${name}_folder }}/etc/version"}
  rescue:
    - name: Tell what is wrong
      debug: {msg: "{{ ansible_failed_result.msg | default('unknown') | upper }}"}
- import_tasks: users.yml
  tags: users
`;
}

function users(name: string): string {
  return `- name: Make the group
  group: {name: ${name}, system: true}
- name: Make the user
  user: {name: ${name}, group: ${name}, shell: /usr/sbin/nologin, home: "{{ ${name}_folder }}"}
  when: ${name}_user | default(true) | bool
- name: Let it in
  lineinfile: {path: /etc/allowed, regexp: "^${name}:", line: "${name}:{{ ${name}_settings | to_json }}"}
`;
}

/** The files of a site of so many roles, by their paths. */
function siteFiles(roles: number): ReadonlyMap<string, string> {
  const names = Array.from({ length: roles }, (_, index) => `service_${index}`);
  const files = new Map<string, string>();
  for (const name of names) {
    const role = `roles/${name}`;
    files.set(`${role}/tasks/main.yml`, main(name));
    files.set(`${role}/tasks/users.yml`, users(name));
    files.set(
      `${role}/defaults/main.yml`,
      `${name}_packages: [${name}, ${name}-data]\n${name}_folder: /opt/${name}\n${name}_version: 1.2.3\n` +
        `${name}_settings: {port: 80, hosts: "{{ groups['all'] }}"}\n`,
    );
    files.set(
      `${role}/handlers/main.yml`,
      `- name: Restart ${name}\n  service: {name: ${name}, state: restarted}\n`,
    );
    files.set(
      `${role}/templates/settings.j2`,
      `{% for key, value in ${name}_settings.items() %}\n{{ key }}={{ value }}\n{% endfor %}\n`,
    );
  }
  const plays = Array.from({ length: Math.ceil(roles / 20) }, (_, index) => {
    const used = names
      .slice(index * 20, index * 20 + 20)
      .map((name) => `    - {role: ${name}, tags: [all-${name}]}\n`);
    return `- name: Play ${index}\n  hosts: all\n  become: true\n  roles:\n${used.join('')}`;
  });
  files.set('site.yml', plays.join(''));
  const hosts = Array.from({ length: 50 }, (_, index) => `host-${index}\n`);
  return files.set('hosts', `[all]\n${hosts.join('')}`);
}

export function writeLargeSite(folder: string, roles: number): void {
  for (const [name, text] of siteFiles(roles)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
