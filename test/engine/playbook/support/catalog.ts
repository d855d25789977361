// A small catalog of modules for tests of the playbook layer, declared as argument specs.
import { bare, type Dict, isDict, textOf, type Value } from '../../../../engine/document/value.ts';
import { parseYaml } from '../../../../engine/document/yaml.ts';
import { checkArguments } from '../../../../engine/playbook/arguments.ts';
import type { ModuleCatalog } from '../../../../engine/playbook/catalog.ts';

const declared = `
add_host: {any: true, options: {name: {required: true, aliases: [hostname, host]}, groups: {type: list}}}
apt: {options: {name: {type: list, aliases: [pkg, package]}, state: {choices: [present, absent, latest, build-dep, fixed]}, update_cache: {type: bool}, cache_valid_time: {type: int}, purge: {type: bool}}}
assert: {options: {that: {type: raw, required: true, kind: conditions}, fail_msg: {aliases: [msg]}, success_msg: {}, quiet: {type: bool}}}
command: {free: cmd, options: {cmd: {required: true}, argv: {type: list}, creates: {type: path}, removes: {type: path}, chdir: {type: path}, stdin: {}}}
copy: {options: {src: {type: path, local: files}, dest: {type: path, required: true}, content: {}, mode: {type: raw}, owner: {}, group: {}, backup: {type: bool}, remote_src: {type: bool}, validate: {}}}
debug: {options: {msg: {type: raw}, var: {type: raw, kind: expression}, verbosity: {type: int}}}
fail: {options: {msg: {}}}
file: {options: {path: {type: path, required: true, aliases: [dest, name]}, state: {choices: [absent, directory, file, hard, link, touch]}, mode: {type: raw}, owner: {}, group: {}, src: {type: path}, recurse: {type: bool}, force: {type: bool}}}
get_url: {options: {url: {required: true}, dest: {type: path, required: true}, checksum: {}, mode: {type: raw}, timeout: {type: int}}}
group: {options: {name: {required: true}, gid: {type: int}, state: {choices: [absent, present]}, system: {type: bool}}}
include_vars: {free: file, options: {file: {type: path}, dir: {type: path}, name: {}, depth: {type: int}}}
lineinfile: {options: {path: {type: path, required: true, aliases: [dest, name]}, line: {aliases: [value]}, regexp: {pattern: true}, state: {choices: [absent, present]}, create: {type: bool}, mode: {type: raw}}}
package: {options: {name: {type: list, required: true}, state: {}}}
ping: {options: {data: {}}}
service: {options: {name: {required: true}, state: {choices: [started, stopped, restarted, reloaded]}, enabled: {type: bool}}}
set_fact: {any: true, options: {cacheable: {type: bool}}}
setup: {options: {gather_subset: {type: list}, filter: {type: list}}}
shell: {free: cmd, options: {cmd: {required: true}, creates: {type: path}, removes: {type: path}, chdir: {type: path}, executable: {type: path}}}
stat: {options: {path: {type: path, required: true, aliases: [dest, name]}, follow: {type: bool}, get_checksum: {type: bool}}}
systemd: {options: {name: {aliases: [service, unit]}, state: {choices: [started, stopped, restarted, reloaded]}, enabled: {type: bool}, daemon_reload: {type: bool}, masked: {type: bool}}}
template: {options: {src: {type: path, required: true, local: templates}, dest: {type: path, required: true}, mode: {type: raw}, owner: {}, group: {}, validate: {}}}
uri: {options: {url: {required: true}, method: {}, status_code: {type: list, elements: int}, return_content: {type: bool}, body: {type: raw}}}
user: {options: {name: {required: true, aliases: [user]}, uid: {type: int}, groups: {type: list}, state: {choices: [absent, present]}, shell: {type: path}, create_home: {type: bool}}}
wait_for: {options: {host: {}, port: {type: int}, path: {type: path}, timeout: {type: int}, delay: {type: int}, state: {choices: [absent, drained, present, started, stopped]}}}
`;

function dictAt(dict: Dict, key: string): Dict {
  const found = dict.get(key);
  return found !== undefined && isDict(found) ? found : new Map<string, Value>();
}

const modules = parseYaml(declared, 'catalog').documents[0] as Dict;
const options = (module: string): Dict => dictAt(dictAt(modules, module), 'options');

function optionOf(module: string, parameter: string): Dict {
  const found = [...options(module)].find(([name, option]) => {
    const aliases = isDict(option) ? option.get('aliases') : undefined;
    return name === parameter || (Array.isArray(aliases) && aliases.includes(parameter));
  });
  return found && isDict(found[1]) ? found[1] : new Map<string, Value>();
}

/** ansible.builtin and ansible.legacy names, short names, and `test.tools.sysctl`. */
export const catalog: ModuleCatalog = {
  canonical(written) {
    const short = written.replace(/^(?:ansible\.(?:builtin|legacy)|test\.tools)\./, '');
    return modules.has(short) ? short : undefined;
  },
  names: () => [...modules.keys()].flatMap((name) => [String(name), `ansible.builtin.${String(name)}`]),
  freeForm: (module) => textOf(dictAt(modules, module).get('free') ?? null),
  kindOf(module, parameter) {
    const option = optionOf(module, parameter);
    return textOf(option.get('kind') ?? option.get('type') ?? null);
  },
  traitsOf(module, parameter) {
    const local = textOf(optionOf(module, parameter).get('local') ?? null);
    const isPattern = bare(optionOf(module, parameter).get('pattern') ?? false) === true;
    return {
      ...(isPattern ? { pattern: true } : {}),
      ...(local === 'files' || local === 'templates' ? { local } : {}),
    };
  },
  check(module, args, { partial = false } = {}) {
    const takesAny = bare(dictAt(modules, module).get('any') ?? false) === true;
    const found = checkArguments(options(module), args);
    return found
      .filter(({ code }) => !(partial && code === 'missing-parameter'))
      .filter(({ code }) => !(takesAny && code === 'unknown-parameter'))
      .map((problem) => ({ ...problem, summary: `${module}: ${problem.summary}` }));
  },
};
