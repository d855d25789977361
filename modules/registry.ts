// The modules that hardway brings along. A user's own modules come after them and win.
import type { Module } from '../engine/module/define.ts';
import { add_host } from './add_host.ts';
import { apt } from './apt.ts';
import { apt_repository } from './apt_repository.ts';
import { assemble } from './assemble.ts';
import { assert } from './assert.ts';
import { awsCallerInfo } from './aws_caller_info.ts';
import { awsTaggedInfo } from './aws_tagged_info.ts';
import { authorized_key } from './authorized_key.ts';
import { blockinfile } from './blockinfile.ts';
import { command } from './command.ts';
import { copy } from './copy.ts';
import { costEstimate } from './cost_estimate.ts';
import { cron } from './cron.ts';
import { debconf } from './debconf.ts';
import { debug } from './debug.ts';
import { dpkg_selections } from './dpkg_selections.ts';
import { ec2Eip } from './ec2_eip.ts';
import { ec2Eni } from './ec2_eni.ts';
import { ec2Igw } from './ec2_igw.ts';
import { ec2InstanceInfo } from './ec2_instance_info.ts';
import { ec2Key } from './ec2_key.ts';
import { ec2Route } from './ec2_route.ts';
import { ec2RouteTable } from './ec2_route_table.ts';
import { ec2SecurityGroup } from './ec2_security_group.ts';
import { ec2Subnet } from './ec2_subnet.ts';
import { ec2AmiInfo } from './ec2_ami_info.ts';
import { ec2Asg } from './ec2_asg.ts';
import { ec2Instance } from './ec2_instance.ts';
import { ec2LaunchTemplate } from './ec2_launch_template.ts';
import { ec2Vpc } from './ec2_vpc.ts';
import { ec2VpcInfo } from './ec2_vpc_info.ts';
import { elbNetworkLb } from './elb_network_lb.ts';
import { elbNetworkLbInfo } from './elb_network_lb_info.ts';
import { elbTargetGroup } from './elb_target_group.ts';
import { elbTargetGroupInfo } from './elb_target_group_info.ts';
import { etcdMember } from './etcd_member.ts';
import { fail } from './fail.ts';
import { fetch } from './fetch.ts';
import { file } from './file.ts';
import { find } from './find.ts';
import { get_url } from './get_url.ts';
import { getent } from './getent.ts';
import { git } from './git.ts';
import { group } from './group.ts';
import { group_by } from './group_by.ts';
import { hostname } from './hostname.ts';
import { iamRole } from './iam_role.ts';
import { ini_file } from './ini_file.ts';
import { iptables } from './iptables.ts';
import { k8sInfo } from './k8s_info.ts';
import { k8sNode } from './k8s_node.ts';
import { kubeconfig } from './kubeconfig.ts';
import { kubectlApply } from './kubectl_apply.ts';
import { lineinfile } from './lineinfile.ts';
import { modprobe } from './modprobe.ts';
import { mount } from './mount.ts';
import { packageModule } from './package.ts';
import { package_facts } from './package_facts.ts';
import { pause } from './pause.ts';
import { ping } from './ping.ts';
import { pki } from './pki.ts';
import { raw } from './raw.ts';
import { replace } from './replace.ts';
import { route } from './route.ts';
import { route53 } from './route53.ts';
import { script } from './script.ts';
import { service } from './service.ts';
import { service_facts } from './service_facts.ts';
import { set_fact } from './set_fact.ts';
import { gather_facts, setup } from './setup.ts';
import { shell } from './shell.ts';
import { slurp } from './slurp.ts';
import { stat } from './stat.ts';
import { swap } from './swap.ts';
import { sysctl } from './sysctl.ts';
import { systemd } from './systemd.ts';
import { tempfile } from './tempfile.ts';
import { template } from './template.ts';
import { timezone } from './timezone.ts';
import { unarchive } from './unarchive.ts';
import { uri } from './uri.ts';
import { user } from './user.ts';
import { wait_for } from './wait_for.ts';
import { wireguardPublicKey } from './wireguard_public_key.ts';

export const modules: readonly Module[] = [
  add_host,
  apt,
  apt_repository,
  assemble,
  assert,
  authorized_key,
  awsCallerInfo,
  awsTaggedInfo,
  blockinfile,
  command,
  copy,
  costEstimate,
  cron,
  debconf,
  debug,
  dpkg_selections,
  ec2Eip,
  ec2Eni,
  ec2Igw,
  ec2Key,
  ec2Route,
  ec2RouteTable,
  ec2SecurityGroup,
  ec2Subnet,
  ec2AmiInfo,
  ec2Asg,
  ec2Instance,
  ec2InstanceInfo,
  ec2LaunchTemplate,
  ec2Vpc,
  ec2VpcInfo,
  elbNetworkLb,
  elbNetworkLbInfo,
  elbTargetGroup,
  elbTargetGroupInfo,
  etcdMember,
  fail,
  fetch,
  file,
  find,
  gather_facts,
  get_url,
  getent,
  git,
  group,
  group_by,
  hostname,
  iamRole,
  ini_file,
  iptables,
  k8sInfo,
  k8sNode,
  kubeconfig,
  kubectlApply,
  lineinfile,
  modprobe,
  mount,
  package_facts,
  packageModule,
  pause,
  ping,
  pki,
  raw,
  replace,
  route,
  route53,
  script,
  service,
  service_facts,
  set_fact,
  setup,
  shell,
  slurp,
  stat,
  swap,
  sysctl,
  systemd,
  tempfile,
  template,
  timezone,
  unarchive,
  uri,
  user,
  wait_for,
  wireguardPublicKey,
];
