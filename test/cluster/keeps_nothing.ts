// Tasks of site.yml that cannot change anything on the lab's hosts, each with the reason. A test holds a reason against
// what the run tells of the task, so none can stay when it has become wrong.

interface Reason {
  /**
   * `reads`: its module only asks, compares or says. `waits`: its parameters leave a module that could change things
   * nothing but to wait. `skipped`: its condition does not hold for any host of the lab.
   */
  readonly how: 'reads' | 'waits' | 'skipped';
  readonly why: string;
}

/** Modules that have no step that changes anything. */
export const readingModules: readonly string[] = [
  ...[
    'assert',
    'debug',
    'find',
    'include_tasks',
    'k8s_info',
    'set_fact',
    'setup',
    'slurp',
    'stat',
    'validate_argument_spec',
  ],
];

const reads = (why: string): Reason => ({ how: 'reads', why });
const skipped = (why: string): Reason => ({ how: 'skipped', why });
const waits = (why: string): Reason => ({ how: 'waits', why });

export const keepsNothing: Readonly<Record<string, Reason>> = {
  'gateway : Facts about interfaces': reads('gathers facts'),
  'gateway : WireGuard': skipped('the lab’s cluster has no peers; test/lab/gateway has'),
  'etcd : This run has not lost the majority of the members': reads('compares hosts'),
  'preflight : Look at what this host was made with': reads('looks at files'),
  'preflight : Look at the release that runs here': reads('looks at a link'),
  'preflight : The address ranges are those of the cluster': reads('compares what was seen'),
  'preflight : The host keeps the name it has as a node': reads('compares what was seen'),
  'preflight : The release follows the one that runs': reads('compares what was seen'),
  'preflight : Address ranges do not overlap': reads('compares variables'),
  'preflight : There is a controller': reads('compares variables'),
  'preflight : Warn of an even number of etcd members': reads('says something'),
  'preflight : When facts are asked for': reads('notes the time'),
  'preflight : Facts that the checks need': reads('gathers facts'),
  'preflight : Warn of little memory': reads('says something'),
  'preflight : Warn of few processors': reads('says something'),
  'preflight : Warn of a clock that differs': reads('says something'),
  'preflight : Look at the ports in use': reads('looks at two files'),
  'preflight : Look for units of ours': reads('looks at a folder'),
  'preflight : Warn of ports that other programs have': reads('says something'),
  'preflight : Look at the cgroup version': reads('looks at a file'),
  'preflight : Warn of cgroup version 1': reads('says something'),
  'nlb : The network balancer of AWS': skipped('the lab’s cluster has a host for its balancer'),
  'nlb : Targets of the network balancer': skipped('as before'),
  'lb : Look for what nginx balanced': reads('looks at a file'),
  'lb : nginx is stopped': skipped('haproxy was the balancer from the beginning'),
  'lb : Balancer by haproxy': reads(
    'includes the tasks of one kind of balancer, which are listed themselves',
  ),
  'cluster : Programs, one by one': skipped('the lab has one program that is all of them'),
  'controller : The API server is ready': waits('asks for /readyz until it answers'),
  'controller : Health answer on port 80': skipped('healthz_proxy is off'),
  'controller : Look for a health answer of before': reads('looks at a file'),
  'controller : No health answer on port 80': skipped('it was never on'),
  "client : The CA's certificate is there": reads('looks at a file'),
  'client : Certificates were made before': reads('compares what was seen'),
  'worker : Look for an image mirror of before': skipped('the lab has a mirror'),
  'worker : Image mirror of before': skipped('as before'),
  "worker : Look for systemd-resolved's servers": reads('looks at a file'),
  'worker : Say that crictl is left out': reads('says something'),
  'worker : The release of the API': waits('asks for /version'),
  'worker : A worker is no newer than the API': reads('compares releases'),
  'worker : kubelet is healthy': waits('asks for /healthz until it answers'),
  'cluster : The API answers': waits('asks for /readyz until it answers'),
  'cluster : Without the API nothing is changed': reads('compares what was answered'),
  'networking : Pod routes by host': reads(
    'includes the tasks of one way of pod routes, which are listed themselves',
  ),
  'networking : Every worker is registered': reads('compares names'),
  'networking : Nodes as the API knows them': reads('asks the API'),
  'networking : Nodes are ready': waits('names a condition to wait for, and no label, taint or state'),
};
