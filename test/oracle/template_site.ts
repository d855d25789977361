// A site whose templates include, import and extend others, in each way that Jinja2 has.

/** Files of templates/ that stand for themselves: each is rendered by a task. */
const pages: Readonly<Record<string, string>> = {
  'plain.j2': 'a {% include "part.j2" %} b\n{% include "part.j2" %}\nend\n',
  'twice.j2': '{% for x in [1, 2] %}{% include "row.j2" %}{% endfor %}\n',
  'missing.j2': 'a {% include "nowhere.j2" %}\n',
  'ignored.j2':
    'a{% include "nowhere.j2" ignore missing %}b\n{% include "nowhere.j2" ignore missing with context %}\n',
  'ignored_inside.j2': '{% include "asks_missing.j2" ignore missing %}\n',
  'first_of.j2': '{% include ["nowhere.j2", "part.j2", "row.j2"] %}\n',
  'none_of.j2': 'a{% include ["nowhere.j2", "nothing.j2"] ignore missing %}b\n',
  'none_at_all.j2': '{% include ["nowhere.j2", "nothing.j2"] %}\n',
  'empty_list.j2': '{% include [] %}\n',
  'empty_ignored.j2': 'a{% include [] ignore missing %}b\n',
  'named.j2': '{% include kind ~ ".j2" %}\n{% include named_by %}\n{% set n = "part.j2" %}{% include n %}\n',
  'list_named.j2': '{% include names_list %}\n',
  'named_if.j2': '{% include "part.j2" if kind == "part" else "nowhere.j2" %}\n',
  'undefined_name.j2': '{% include no_such_name %}\n',
  'undefined_ignored.j2': 'a{% include no_such_name ignore missing %}b\n',
  'number_name.j2': '{% include 42 %}\n',
  'without.j2': '{% set x = 1 %}{% include "sees.j2" without context %}\n',
  'with.j2': '{% set x = 1 %}{% include "sees.j2" with context %}\n',
  'loop_local.j2': '{% for x in [7, 8] %}{% include "sees.j2" %}{% endfor %}\n',
  'loop_name.j2': '{% for n in ["part", "inner"] %}{% include n ~ ".j2" %};{% endfor %}\n',
  'loop_variable.j2': '{% for n in [1, 2] %}{% include "loops.j2" %}{% endfor %}\n',
  'leak.j2': '{% include "sets.j2" %}{{ made | default("none") }} {{ x | default("none") }}\n',
  'in_macro.j2': '{% macro m(x) %}[{% include "sees.j2" %}]{% endmacro %}{{ m(3) }}\n',
  'in_block_set.j2': '{% set y %}{% include "part.j2" %}{% endset %}{{ y | upper }}\n',
  'in_filter.j2': '{% filter upper %}{% include "part.j2" %}{% endfilter %}\n',
  'import.j2':
    '{% import "macros.j2" as m %}{{ m.hello("you") }} {{ m.colour }} {{ m._own | default("hidden") }}\n',
  'import_context.j2': '{% set x = 5 %}{% import "reads.j2" as m with context %}{{ m.all() }}\n',
  'import_plain.j2': '{% set x = 5 %}{% import "reads.j2" as m %}{{ m.all() }}\n',
  'import_without.j2': '{% import "reads.j2" as m without context %}{{ m.all() }}\n',
  'import_shown.j2': '{% import "part.j2" as m %}<{{ m }}>\n',
  'import_missing.j2': '{% import "nowhere.j2" as m %}\n',
  'import_no_name.j2': '{% import "macros.j2" as m %}a{{ m.nobody is defined }}b\n',
  'import_no_call.j2': '{% import "macros.j2" as m %}{{ m.nobody() }}\n',
  'import_loop.j2':
    '{% for x in [1, 2] %}{% import "reads.j2" as m with context %}{{ m.all() }}{% endfor %}\n',
  'import_late.j2':
    '{% import "macros.j2" as m %}{% set m2 = m %}{% macro o() %}{{ m.hello("o") }}{% endmacro %}{{ o() }}{{ m2.hello("p") }}\n',
  'import_list.j2': '{% import ["nowhere.j2", "macros.j2"] as m %}{{ m.hello("x") }}\n',
  'from.j2':
    '{% from "macros.j2" import hello, wrap as w, colour %}{{ hello("a") }} {{ colour }} {% call w() %}in{% endcall %}\n',
  'from_missing_name.j2': '{% from "macros.j2" import nobody %}a\n',
  'from_missing_used.j2': '{% from "macros.j2" import nobody %}{{ nobody() }}\n',
  'from_missing_default.j2':
    '{% from "macros.j2" import nobody %}{{ nobody is defined }} {{ nobody | default("d") }}\n',
  'from_missing_file.j2': '{% from "nowhere.j2" import a %}\n',
  'from_context.j2': '{% set x = 5 %}{% from "reads.j2" import all with context %}{{ all() }}\n',
  'from_contexts.j2': '{% from "macros.j2" import hello, colour with context %}{{ hello(1) }}{{ colour }}\n',
  'from_plain.j2': '{% from "reads.j2" import all %}{{ all() }}\n',
  'from_twice.j2': '{% from "chain.j2" import twice %}{{ twice("x") }}\n',
  'from_keywords.j2':
    '{% from "macros.j2" import tag %}{{ tag("a", href="u", more=1) }}{{ tag("b", "c") }}\n',
  'extends.j2': '{% extends "base.j2" %}\nlost\n{% block body %}mine {{ super() }}{% endblock %}\n',
  'extends_two.j2':
    '{% extends "middle.j2" %}{% block body %}top {{ super() }}{% endblock %}{% block tail %}{{ self.title() }}{% endblock %}\n',
  'extends_set.j2':
    '{% extends "base.j2" %}{% set t = "given" %}{% block title %}{{ t }}{% endblock %}{% block body %}{{ t | default("-") }}{% endblock %}\n',
  'extends_macro.j2':
    '{% extends "base.j2" %}{% macro o(x) %}({{ x }}){% endmacro %}{% block body %}{{ o(1) }}{% endblock %}\n',
  'extends_import.j2':
    '{% extends "base.j2" %}{% import "macros.j2" as m %}{% block body %}{{ m.hello("b") }}{% endblock %}\n',
  'extends_from.j2':
    '{% extends "base.j2" %}{% from "macros.j2" import hello %}{% block body %}{{ hello("b") }}{% endblock %}\n',
  'extends_include.j2': '{% extends "base.j2" %}{% block body %}{% include "part.j2" %}{% endblock %}\n',
  'extends_named.j2': '{% extends kind_base %}{% block body %}n{% endblock %}\n',
  'extends_if.j2':
    '{% if kind == "part" %}{% extends "base.j2" %}{% endif %}out{% block body %}c{% endblock %}\n',
  'extends_if_not.j2':
    '{% if kind == "else" %}{% extends "base.j2" %}{% endif %}out {% block body %}c{% endblock %}\n',
  'extends_then.j2':
    '{% extends "base.j2" %}{% include "part.j2" %}{{ kind }}{% import "macros.j2" as m %}{{ m.colour }}\n',
  'extends_twice.j2': '{% extends "base.j2" %}{% extends "middle.j2" %}\n',
  'extends_in_loop.j2': '{% for x in [1] %}a{% extends "base.j2" %}b{% endfor %}c\n',
  'loop_named.j2': '{% for n in [1, 2] %}{{ loop.first }}{% include "loops.j2" %}{% endfor %}\n',
  'loop_in_loop.j2':
    '{% for n in [1, 2] %}{% for k in [1] %}{{ loop.first }}{% endfor %}{% include "loops.j2" %}{% endfor %}\n',
  'value_includes.j2': '{{ including }}{% include "shows_including.j2" %}\n',
  'import_row.j2': '{% set x = 1 %}{% import "row.j2" as m with context %}<{{ m }}>\n',
  'import_fails.j2': '{% import "fails.j2" as m %}a\n',
  'from_fails.j2': '{% from "fails.j2" import a %}a\n',
  'macro_fails.j2': '{% from "fails_later.j2" import bad %}{{ bad() }}\n',
  'extends_missing.j2': '{% extends "nowhere.j2" %}\n',
  'extends_before.j2': 'before\n{% extends "base.j2" %}{% block body %}c{% endblock %}\n',
  'extends_new_block.j2': '{% extends "base.j2" %}{% block unheard %}c{% endblock %}\n',
  'extends_block_in_block.j2':
    '{% extends "base.j2" %}{% block body %}a{% block inside %}b{% endblock %}c{% endblock %}\n',
  'extends_loop.j2': '{% extends "loop_base.j2" %}{% block item %}<{{ x }}>{% endblock %}\n',
  'extends_required.j2': '{% extends "required.j2" %}\n',
  'extends_required_given.j2': '{% extends "required.j2" %}{% block need %}g{% endblock %}\n',
  'includes_extending.j2': 'a {% include "extends.j2" %} b {% block body %}own{% endblock %}\n',
  'includes_blocks.j2': '{% block body %}own{% endblock %}|{% include "base.j2" %}\n',
  'down.j2':
    '{% set n = n | default(3) | int %}{{ n }}{% if n > 0 %}{% with n = n - 1 %}{% include "down.j2" %}{% endwith %}{% endif %}\n',
  'endless.j2': 'x{% include "endless.j2" %}\n',
  'endless_import.j2': '{% import "endless_import.j2" as m %}\n',
  'endless_extends.j2': '{% extends "endless_extends.j2" %}\n',
  'dots.j2': '{% include "../templates/part.j2" %}\n',
  'dot.j2': '{% include "./part.j2" %}{% include "sub//inner.j2" %}\n',
  'absolute.j2': '{% include "/part.j2" %}\n',
  'folder.j2': '{% include "sub" ignore missing %}x\n',
  'sub/neighbour.j2': '{% include "only_sub.j2" %}{% include "part.j2" %}{% include "inner.j2" %}\n',
  'sub/longer.j2': '{% include "sub/inner.j2" %}\n',
  'beside.j2': '{% include "beside_play.j2" %}{% include "templates/part.j2" %}\n',
  'headed.j2':
    '#jinja2: variable_start_string: "[[", variable_end_string: "]]", trim_blocks: False\n[[ kind ]] {% include "marks.j2" %}\n',
  'includes_headed.j2': '{% include "headed.j2" %}\n',
  'includes_broken.j2': '{% include "broken.j2" %}\n',
  'broken_ignored.j2': 'a{% include "broken.j2" ignore missing %}\n',
  'fails_inside.j2': '{% include "fails.j2" %}\n',
  'line_ends.j2': '{% include "many_ends.j2" %}|{% include "many_ends.j2" %}\n\n',
  'empty.j2': '{% include "nothing_in_it.j2" %}',
  'specials.j2': '{{ template_path is defined }} {% include "special.j2" %}\n',
  'lookups.j2': '{% include "looks_up.j2" %}\n',
  'globals.j2': '{% include "globals_in.j2" without context %}\n',
  'namespace.j2':
    '{% set ns = namespace(n=0) %}{% for i in [1,2] %}{% include "counts.j2" %}{% endfor %}{{ ns.n }}\n',
};

const parts: Readonly<Record<string, string>> = {
  'part.j2': 'part of {{ kind }}\n',
  'inner.j2': 'inner at the top',
  'row.j2': '{% if x == 1 %}\n  one\n{% else %}\n  other {{ x }}\n{% endif %}\n',
  'asks_missing.j2': 'x{% include "nowhere.j2" %}',
  'sees.j2': '{{ x | default("no x") }}/{{ kind | default("no kind") }}/{{ later | default("no later") }} ',
  'loops.j2': '{{ loop.index | default("no loop") }} ',
  'sets.j2': '{% set made = 1 %}{% set x = 2 %}{{ x }} ',
  'macros.j2':
    '{% set colour = "red" %}{% set _own = 1 %}text\n' +
    '{% macro hello(who="all") %}hello {{ who }} in {{ colour }}{% endmacro %}\n' +
    '{% macro wrap() %}<{{ caller() }}>{% endmacro %}\n' +
    '{% macro tag(name) %}{{ name }}{{ varargs }}{{ kwargs }}{% endmacro %}\n',
  'reads.j2': '{% macro all() %}{{ x | default("no x") }}/{{ kind | default("no kind") }}{% endmacro %}',
  'chain.j2':
    '{% from "macros.j2" import hello %}{% macro twice(a) %}{{ hello(a) }},{{ hello(a) }}{% endmacro %}',
  'base.j2':
    '<{% block title %}untitled{% endblock %}>\n{% block body %}base of {{ kind }}{% endblock %}\n{% block tail %}{% endblock %}end\n',
  'middle.j2':
    '{% extends "base.j2" %}{% block title %}middle{% endblock %}{% block body %}m({{ super() }}){% endblock %}\n',
  'loop_base.j2': '{% for x in [1, 2] %}{% block item scoped %}{{ x }}{% endblock %}{% endfor %}\n',
  'required.j2': 'r {% block need required %}{% endblock %}\n',
  'sub/inner.j2': 'inner in sub\n',
  'sub/only_sub.j2': 'only in sub\n',
  'marks.j2': '{{ kind }} [[ kind ]]{% if true %}\n  yes\n{% endif %}\nend',
  'shows_including.j2': '{{ including }}',
  'fails_later.j2': '\n\n{% macro bad() %}{{ no_such_name }}{% endmacro %}\n',
  'broken.j2': 'fine\n{% if %}\n',
  'fails.j2': 'fine\n{{ 1 + no_such_name }}\n',
  'many_ends.j2': 'ends\n\n\n',
  'nothing_in_it.j2': '',
  'special.j2': '{{ template_path == template_fullpath }} {{ ansible_managed }}',
  'looks_up.j2': '{{ lookup("template", "part.j2") }}{{ lookup("vars", "kind") }}',
  'globals_in.j2':
    '{{ range(3) | list }} {{ lookup("pipe", "echo piped") }} {{ dict(a=1) }} {{ vars is defined }}',
  'counts.j2': '{% set ns.n = ns.n + i %}',
};

function inTemplates(files: Readonly<Record<string, string>>, folder = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`${folder}templates/${name}`, text]),
  );
}

const rolePages = {
  'own_first.j2':
    '{% include "which.j2" %}{% include "of_play.j2" %}{% include "of_root.j2" %}{% include "of_tasks.j2" %}\n',
  'through_tasks.j2': '{% include "tasks/which.j2" %}\n',
};

const play = (name: string, tasks: string): string =>
  `- hosts: localhost\n  name: ${name}\n  gather_facts: false\n  connection: local\n` +
  '  vars: {kind: part, named_by: "{{ kind }}.j2", names_list: [nowhere.j2, "{{ kind }}.j2"], later: "{{ kind }}!", including: "{% include \'part.j2\' %}", kind_base: "{{ \'base\' }}.j2"}\n' +
  tasks;

const rendering = (list: readonly string[], more = '', prefix = ''): string =>
  `    - template: {src: "{{ item }}", dest: "{{ out }}/${prefix}{{ item | replace('/', '_') }}"${more}}\n` +
  `      ignore_errors: true\n      loop: ${JSON.stringify(list)}\n`;

export const templatePages: readonly string[] = Object.keys(pages);

export const templateSite: Readonly<Record<string, string>> = {
  ...inTemplates(pages),
  ...inTemplates(parts),
  'beside_play.j2': 'beside the play\n',
  'templates/which.j2': "the play's\n",
  'templates/of_play.j2': 'of the play\n',
  ...inTemplates({ ...rolePages, 'which.j2': "the role's\n" }, 'roles/web/'),
  'roles/web/of_root.j2': "at the role's root\n",
  'roles/web/tasks/templates/of_tasks.j2': 'beside the tasks\n',
  'roles/web/tasks/which.j2': 'in tasks\n',
  'roles/web/tasks/main.yml': rendering(Object.keys(rolePages), '', 'web_').replaceAll(/^ {4}/gm, ''),
  'elsewhere/page.j2': '{% include "neighbour.j2" %}{% include "of_play.j2" %}{% include "which.j2" %}\n',
  'elsewhere/neighbour.j2': 'neighbour\n',
  'elsewhere/which.j2': 'elsewhere\n',
  'elsewhere/templates/neighbour.j2': 'neighbour in templates\n',
  'later/tasks.yml': rendering(['included.j2'], '', 'later_').replaceAll(/^ {4}/gm, ''),
  'later/templates/included.j2': '{% include "beside_tasks.j2" %}{% include "of_play.j2" %}\n',
  'later/templates/beside_tasks.j2': 'beside the included tasks\n',
  'site.yml':
    play('pages', `  roles: [web]\n  tasks:\n${rendering(templatePages)}`) +
    play(
      'settings',
      '  tasks:\n' +
        rendering(['twice.j2', 'plain.j2'], ', trim_blocks: false', 'untrimmed_') +
        rendering(['twice.j2', 'plain.j2'], ', lstrip_blocks: true', 'stripped_') +
        rendering(['plain.j2', 'twice.j2'], ', newline_sequence: "\\r\\n"', 'crlf_') +
        rendering(
          ['plain.j2'],
          ', block_start_string: "<%", block_end_string: "%>", variable_start_string: "<<", variable_end_string: ">>"',
          'marked_',
        ) +
        '    - template: {src: "{{ playbook_dir }}/elsewhere/page.j2", dest: "{{ out }}/elsewhere"}\n' +
        '      ignore_errors: true\n' +
        '    - include_tasks: later/tasks.yml\n' +
        '    - copy: {content: "{{ lookup(\'template\', \'elsewhere/page.j2\') }}", dest: "{{ out }}/looked_up"}\n' +
        '      ignore_errors: true\n' +
        '    - copy: {content: "{{ lookup(\'template\', \'sub/neighbour.j2\') }}", dest: "{{ out }}/looked_up_sub"}\n' +
        '      ignore_errors: true\n' +
        '    - copy: {content: "{% include \'beside_play.j2\' %}", dest: "{{ out }}/in_text"}\n' +
        '      ignore_errors: true\n' +
        '    - copy: {content: "{% include \'part.j2\' %}", dest: "{{ out }}/in_text_of_templates"}\n' +
        '      ignore_errors: true\n',
    ),
};

/** Puts what the template action of ansible-core made where it is to go; the module behind it would take a second each. */
export const plainCopy = `import shutil
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        args = self._task.args
        if 'content' in args:
            with open(args['dest'], 'w', newline='') as file:
                file.write(args['content'])
        else:
            shutil.copyfile(args['src'], args['dest'])
        return {'changed': True}
`;
