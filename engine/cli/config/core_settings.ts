// The settings that ansible-core 2.18 has of its own, so that they are told by its names, kinds and defaults:
// section and key of ansible.cfg, name, kind, default. Defaults that are long or made by templates are left out; "" is an empty one.
import { byKey, type CoreSetting } from './core_setting.ts';

const rows = `
defaults.action_warnings ACTION_WARNINGS boolean True
privilege_escalation.agnostic_become_prompt AGNOSTIC_BECOME_PROMPT boolean True
defaults.allow_broken_conditionals ALLOW_BROKEN_CONDITIONALS boolean True
persistent_connection.ansible_connection_path ANSIBLE_CONNECTION_PATH path
defaults.cowsay_enabled_stencils ANSIBLE_COW_ACCEPTLIST list
defaults.cowpath ANSIBLE_COW_PATH text
defaults.cow_selection ANSIBLE_COW_SELECTION text default
defaults.force_color ANSIBLE_FORCE_COLOR boolean False
defaults.home ANSIBLE_HOME path ~/.ansible
defaults.nocolor ANSIBLE_NOCOLOR boolean False
defaults.nocows ANSIBLE_NOCOWS boolean False
defaults.pipelining ANSIBLE_PIPELINING boolean False
connection.pipelining ANSIBLE_PIPELINING boolean False
defaults.any_errors_fatal ANY_ERRORS_FATAL boolean False
privilege_escalation.become_allow_same_user BECOME_ALLOW_SAME_USER boolean False
defaults.become_password_file BECOME_PASSWORD_FILE path
defaults.become_plugins BECOME_PLUGIN_PATH paths ~/.ansible/plugins/become:/usr/share/ansible/plugins/become
defaults.fact_caching CACHE_PLUGIN text memory
defaults.fact_caching_connection CACHE_PLUGIN_CONNECTION text
defaults.fact_caching_prefix CACHE_PLUGIN_PREFIX text ansible_facts
defaults.fact_caching_timeout CACHE_PLUGIN_TIMEOUT integer 86400
defaults.callbacks_enabled CALLBACKS_ENABLED list ""
defaults.collections_on_ansible_version_mismatch COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH text warning
defaults.collections_paths COLLECTIONS_PATHS paths ~/.ansible/collections:/usr/share/ansible/collections
defaults.collections_path COLLECTIONS_PATHS paths ~/.ansible/collections:/usr/share/ansible/collections
defaults.collections_scan_sys_path COLLECTIONS_SCAN_SYS_PATH boolean True
colors.changed COLOR_CHANGED text yellow
colors.console_prompt COLOR_CONSOLE_PROMPT text white
colors.debug COLOR_DEBUG text dark gray
colors.deprecate COLOR_DEPRECATE text purple
colors.diff_add COLOR_DIFF_ADD text green
colors.diff_lines COLOR_DIFF_LINES text cyan
colors.diff_remove COLOR_DIFF_REMOVE text red
colors.doc_constant COLOR_DOC_CONSTANT text dark gray
colors.doc_deprecated COLOR_DOC_DEPRECATED text magenta
colors.doc_link COLOR_DOC_LINK text cyan
colors.doc_module COLOR_DOC_MODULE text yellow
colors.doc_plugin COLOR_DOC_PLUGIN text yellow
colors.doc_reference COLOR_DOC_REFERENCE text magenta
colors.error COLOR_ERROR text red
colors.highlight COLOR_HIGHLIGHT text white
colors.included COLOR_INCLUDED text cyan
colors.ok COLOR_OK text green
colors.skip COLOR_SKIP text cyan
colors.unreachable COLOR_UNREACHABLE text bright red
colors.verbose COLOR_VERBOSE text blue
colors.warn COLOR_WARN text bright purple
defaults.connection_password_file CONNECTION_PASSWORD_FILE path
defaults.action_plugins DEFAULT_ACTION_PLUGIN_PATH paths ~/.ansible/plugins/action:/usr/share/ansible/plugins/action
defaults.allow_unsafe_lookups DEFAULT_ALLOW_UNSAFE_LOOKUPS boolean False
defaults.ask_pass DEFAULT_ASK_PASS boolean False
defaults.ask_vault_pass DEFAULT_ASK_VAULT_PASS boolean False
privilege_escalation.become DEFAULT_BECOME boolean False
privilege_escalation.become_ask_pass DEFAULT_BECOME_ASK_PASS boolean False
privilege_escalation.become_exe DEFAULT_BECOME_EXE text
privilege_escalation.become_flags DEFAULT_BECOME_FLAGS text ""
privilege_escalation.become_method DEFAULT_BECOME_METHOD text sudo
privilege_escalation.become_user DEFAULT_BECOME_USER text root
defaults.cache_plugins DEFAULT_CACHE_PLUGIN_PATH paths ~/.ansible/plugins/cache:/usr/share/ansible/plugins/cache
defaults.callback_plugins DEFAULT_CALLBACK_PLUGIN_PATH paths ~/.ansible/plugins/callback:/usr/share/ansible/plugins/callback
defaults.cliconf_plugins DEFAULT_CLICONF_PLUGIN_PATH paths ~/.ansible/plugins/cliconf:/usr/share/ansible/plugins/cliconf
defaults.connection_plugins DEFAULT_CONNECTION_PLUGIN_PATH paths ~/.ansible/plugins/connection:/usr/share/ansible/plugins/connection
defaults.debug DEFAULT_DEBUG boolean False
defaults.executable DEFAULT_EXECUTABLE text /bin/sh
defaults.filter_plugins DEFAULT_FILTER_PLUGIN_PATH paths ~/.ansible/plugins/filter:/usr/share/ansible/plugins/filter
defaults.force_handlers DEFAULT_FORCE_HANDLERS boolean False
defaults.forks DEFAULT_FORKS integer 5
defaults.gathering DEFAULT_GATHERING text implicit
defaults.hash_behaviour DEFAULT_HASH_BEHAVIOUR text replace
defaults.inventory DEFAULT_HOST_LIST places /etc/ansible/hosts
defaults.httpapi_plugins DEFAULT_HTTPAPI_PLUGIN_PATH paths ~/.ansible/plugins/httpapi:/usr/share/ansible/plugins/httpapi
defaults.internal_poll_interval DEFAULT_INTERNAL_POLL_INTERVAL number 0.001
defaults.inventory_plugins DEFAULT_INVENTORY_PLUGIN_PATH paths ~/.ansible/plugins/inventory:/usr/share/ansible/plugins/inventory
defaults.jinja2_extensions DEFAULT_JINJA2_EXTENSIONS text ""
defaults.jinja2_native DEFAULT_JINJA2_NATIVE boolean False
defaults.keep_remote_files DEFAULT_KEEP_REMOTE_FILES boolean False
selinux.libvirt_lxc_noseclabel DEFAULT_LIBVIRT_LXC_NOSECLABEL boolean False
defaults.bin_ansible_callbacks DEFAULT_LOAD_CALLBACK_PLUGINS boolean False
defaults.local_tmp DEFAULT_LOCAL_TMP path ~/.ansible/tmp
defaults.log_filter DEFAULT_LOG_FILTER list ""
defaults.log_path DEFAULT_LOG_PATH path
defaults.lookup_plugins DEFAULT_LOOKUP_PLUGIN_PATH paths ~/.ansible/plugins/lookup:/usr/share/ansible/plugins/lookup
defaults.ansible_managed DEFAULT_MANAGED_STR text Ansible managed
defaults.module_args DEFAULT_MODULE_ARGS text
defaults.module_compression DEFAULT_MODULE_COMPRESSION text ZIP_DEFLATED
defaults.module_name DEFAULT_MODULE_NAME text command
defaults.library DEFAULT_MODULE_PATH paths ~/.ansible/plugins/modules:/usr/share/ansible/plugins/modules
defaults.module_utils DEFAULT_MODULE_UTILS_PATH paths ~/.ansible/plugins/module_utils:/usr/share/ansible/plugins/module_utils
defaults.netconf_plugins DEFAULT_NETCONF_PLUGIN_PATH paths ~/.ansible/plugins/netconf:/usr/share/ansible/plugins/netconf
defaults.no_log DEFAULT_NO_LOG boolean False
defaults.no_target_syslog DEFAULT_NO_TARGET_SYSLOG boolean False
defaults.null_representation DEFAULT_NULL_REPRESENTATION text
defaults.poll_interval DEFAULT_POLL_INTERVAL integer 15
defaults.private_key_file DEFAULT_PRIVATE_KEY_FILE path
defaults.private_role_vars DEFAULT_PRIVATE_ROLE_VARS boolean False
defaults.remote_port DEFAULT_REMOTE_PORT integer
defaults.remote_user DEFAULT_REMOTE_USER text
defaults.roles_path DEFAULT_ROLES_PATH paths ~/.ansible/roles:/usr/share/ansible/roles:/etc/ansible/roles
selinux.special_context_filesystems DEFAULT_SELINUX_SPECIAL_FS list fuse, nfs, vboxsf, ramfs, 9p, vfat
defaults.stdout_callback DEFAULT_STDOUT_CALLBACK text default
defaults.strategy DEFAULT_STRATEGY text linear
defaults.strategy_plugins DEFAULT_STRATEGY_PLUGIN_PATH paths ~/.ansible/plugins/strategy:/usr/share/ansible/plugins/strategy
defaults.su DEFAULT_SU boolean False
defaults.syslog_facility DEFAULT_SYSLOG_FACILITY text LOG_USER
defaults.terminal_plugins DEFAULT_TERMINAL_PLUGIN_PATH paths ~/.ansible/plugins/terminal:/usr/share/ansible/plugins/terminal
defaults.test_plugins DEFAULT_TEST_PLUGIN_PATH paths ~/.ansible/plugins/test:/usr/share/ansible/plugins/test
defaults.timeout DEFAULT_TIMEOUT integer 10
defaults.transport DEFAULT_TRANSPORT text ssh
defaults.error_on_undefined_vars DEFAULT_UNDEFINED_VAR_BEHAVIOR boolean True
defaults.vars_plugins DEFAULT_VARS_PLUGIN_PATH paths ~/.ansible/plugins/vars:/usr/share/ansible/plugins/vars
defaults.vault_encrypt_identity DEFAULT_VAULT_ENCRYPT_IDENTITY text
defaults.vault_identity DEFAULT_VAULT_IDENTITY text default
defaults.vault_identity_list DEFAULT_VAULT_IDENTITY_LIST list ""
defaults.vault_id_match DEFAULT_VAULT_ID_MATCH text False
defaults.vault_password_file DEFAULT_VAULT_PASSWORD_FILE path
defaults.verbosity DEFAULT_VERBOSITY integer 0
defaults.deprecation_warnings DEPRECATION_WARNINGS boolean True
defaults.devel_warning DEVEL_WARNING boolean True
diff.always DIFF_ALWAYS boolean False
diff.context DIFF_CONTEXT integer 3
defaults.display_args_to_stdout DISPLAY_ARGS_TO_STDOUT boolean False
defaults.display_skipped_hosts DISPLAY_SKIPPED_HOSTS boolean True
defaults.docsite_root_url DOCSITE_ROOT_URL text https://docs.ansible.com/ansible-core/
defaults.doc_fragment_plugins DOC_FRAGMENT_PLUGIN_PATH paths ~/.ansible/plugins/doc_fragments:/usr/share/ansible/plugins/doc_fragments
defaults.duplicate_dict_key DUPLICATE_YAML_DICT_KEY text warn
defaults.editor EDITOR text vi
defaults.enable_task_debugger ENABLE_TASK_DEBUGGER boolean False
defaults.error_on_missing_handler ERROR_ON_MISSING_HANDLER boolean True
defaults.facts_modules FACTS_MODULES list smart
galaxy.cache_dir GALAXY_CACHE_DIR path ~/.ansible/galaxy_cache
galaxy.collections_path_warning GALAXY_COLLECTIONS_PATH_WARNING boolean True
galaxy.collection_skeleton GALAXY_COLLECTION_SKELETON path
galaxy.collection_skeleton_ignore GALAXY_COLLECTION_SKELETON_IGNORE list
galaxy.disable_gpg_verify GALAXY_DISABLE_GPG_VERIFY boolean False
galaxy.display_progress GALAXY_DISPLAY_PROGRESS boolean
galaxy.gpg_keyring GALAXY_GPG_KEYRING path
galaxy.ignore_certs GALAXY_IGNORE_CERTS boolean
galaxy.ignore_signature_status_codes GALAXY_IGNORE_INVALID_SIGNATURE_STATUS_CODES list
galaxy.required_valid_signature_count GALAXY_REQUIRED_VALID_SIGNATURE_COUNT text 1
galaxy.role_skeleton GALAXY_ROLE_SKELETON path
galaxy.role_skeleton_ignore GALAXY_ROLE_SKELETON_IGNORE list
galaxy.server GALAXY_SERVER text
galaxy.server_list GALAXY_SERVER_LIST list
galaxy.server_timeout GALAXY_SERVER_TIMEOUT integer 60
galaxy.token_path GALAXY_TOKEN_PATH path ~/.ansible/galaxy_token
defaults.host_key_checking HOST_KEY_CHECKING boolean True
inventory.host_pattern_mismatch HOST_PATTERN_MISMATCH text warning
defaults.inject_facts_as_vars INJECT_FACTS_AS_VARS boolean True
defaults.interpreter_python INTERPRETER_PYTHON text auto
defaults.invalid_task_attribute_failed INVALID_TASK_ATTRIBUTE_FAILED boolean True
inventory.any_unparsed_is_failed INVENTORY_ANY_UNPARSED_IS_FAILED boolean False
inventory.cache INVENTORY_CACHE_ENABLED boolean False
inventory.cache_plugin INVENTORY_CACHE_PLUGIN text
inventory.cache_connection INVENTORY_CACHE_PLUGIN_CONNECTION text
inventory.cache_prefix INVENTORY_CACHE_PLUGIN_PREFIX text ansible_inventory_
inventory.cache_timeout INVENTORY_CACHE_TIMEOUT text 3600
inventory.enable_plugins INVENTORY_ENABLED list host_list, script, auto, yaml, ini, toml
inventory.export INVENTORY_EXPORT boolean False
defaults.inventory_ignore_extensions INVENTORY_IGNORE_EXTS list
inventory.ignore_extensions INVENTORY_IGNORE_EXTS list
defaults.inventory_ignore_patterns INVENTORY_IGNORE_PATTERNS list ""
inventory.ignore_patterns INVENTORY_IGNORE_PATTERNS list ""
inventory.unparsed_is_failed INVENTORY_UNPARSED_IS_FAILED boolean False
inventory.inventory_unparsed_warning INVENTORY_UNPARSED_WARNING boolean True
defaults.localhost_warning LOCALHOST_WARNING boolean True
defaults.log_verbosity LOG_VERBOSITY integer
defaults.max_diff_size MAX_FILE_SIZE_FOR_DIFF integer 104448
defaults.module_ignore_exts MODULE_IGNORE_EXTS list
defaults.module_strict_utf8_response MODULE_STRICT_UTF8_RESPONSE boolean True
netconf_connection.ssh_config NETCONF_SSH_CONFIG text
defaults.network_group_modules NETWORK_GROUP_MODULES list
defaults.old_plugin_cache_clear OLD_PLUGIN_CACHE_CLEARING boolean False
defaults.pager PAGER text less
paramiko_connection.host_key_auto_add PARAMIKO_HOST_KEY_AUTO_ADD boolean False
paramiko_connection.look_for_keys PARAMIKO_LOOK_FOR_KEYS boolean True
persistent_connection.command_timeout PERSISTENT_COMMAND_TIMEOUT integer 30
persistent_connection.connect_retry_timeout PERSISTENT_CONNECT_RETRY_TIMEOUT integer 15
persistent_connection.connect_timeout PERSISTENT_CONNECT_TIMEOUT integer 30
persistent_connection.control_path_dir PERSISTENT_CONTROL_PATH_DIR path ~/.ansible/pc
defaults.playbook_dir PLAYBOOK_DIR path
defaults.playbook_vars_root PLAYBOOK_VARS_ROOT text top
defaults.plugin_filters_cfg PLUGIN_FILTERS_CFG path
defaults.python_module_rlimit_nofile PYTHON_MODULE_RLIMIT_NOFILE text 0
defaults.retry_files_enabled RETRY_FILES_ENABLED boolean False
defaults.retry_files_save_path RETRY_FILES_SAVE_PATH path
defaults.run_vars_plugins RUN_VARS_PLUGINS text demand
defaults.show_custom_stats SHOW_CUSTOM_STATS boolean False
defaults.string_conversion_action STRING_CONVERSION_ACTION text warn
jinja2.dont_type_filters STRING_TYPE_FILTERS list string, to_json, to_nice_json, to_yaml, to_nice_yaml, ppretty, json
defaults.system_warnings SYSTEM_WARNINGS boolean True
tags.run TAGS_RUN list ""
tags.skip TAGS_SKIP list ""
defaults.target_log_info TARGET_LOG_INFO text
defaults.task_debugger_ignore_errors TASK_DEBUGGER_IGNORE_ERRORS boolean True
defaults.task_timeout TASK_TIMEOUT integer 0
defaults.force_valid_group_names TRANSFORM_INVALID_GROUP_CHARS text never
defaults.use_persistent_connections USE_PERSISTENT_CONNECTIONS boolean False
defaults.validate_action_group_metadata VALIDATE_ACTION_GROUP_METADATA boolean True
defaults.vars_plugins_enabled VARIABLE_PLUGINS_ENABLED list host_group_vars
defaults.precedence VARIABLE_PRECEDENCE list
defaults.vault_encrypt_salt VAULT_ENCRYPT_SALT text
defaults.verbose_to_stderr VERBOSE_TO_STDERR boolean False
defaults.win_async_startup_timeout WIN_ASYNC_STARTUP_TIMEOUT integer 5
defaults.yaml_valid_extensions YAML_FILENAME_EXTENSIONS list .yml, .yaml, .json
`;

export const coreSettings: ReadonlyMap<string, CoreSetting> = byKey(rows);
