// How a host is asked about its hardware, its mounts, and what it runs on.
import { sh } from '../../engine/module/quote.ts';

// Written out, a dollar before a brace would be the template's own.
const dollar = sh`$`;

export const hardwareScripts = {
  nproc: sh`nproc`,
  xen: sh`[ -e /proc/xen ] && echo proc; cat /sys/hypervisor/type
grep -q control_d /proc/xen/capabilities && echo control`,
  dmi: sh`for k in bios_date bios_vendor bios_version board_asset_tag board_name board_serial board_vendor board_version chassis_asset_tag chassis_serial chassis_type chassis_vendor chassis_version product_family product_name product_serial product_uuid product_version sys_vendor; do
  { read -r v < /sys/devices/virtual/dmi/id/$k; } && printf '%s %s\n' $k "$v"
done`,
  // A mount whose server is gone does not hold up the rest for longer than three seconds.
  mounts: sh`while read -r dev at type options dump pass; do
  case $dev in /*|*:/*) ;; *) continue ;; esac
  [ "$type" = none ] && continue
  printf 'mount %s %s %s %s %s %s\n' "$dev" "$at" "$type" "$options" "$dump" "$pass"
  within 3 stat -f -c 'size %s %S %b %a %c %d' -- "$(printf '%b' "$at")"
done < /proc/mounts`,
  uuids: sh`for l in /dev/disk/by-uuid/*; do [ -e "$l" ] && printf '%s %s\n' "$(readlink -f "$l")" "${dollar}{l##*/}"; done`,
  disk_links: sh`for l in /dev/disk/by-id/* /dev/disk/by-label/* /dev/disk/by-uuid/*; do
  [ -e "$l" ] || continue
  k=${dollar}{l%/*}; k=${dollar}{k##*-}; t=$(readlink -f "$l")
  case $k in id) k=ids ;; label) k=labels ;; uuid) k=uuids ;; esac
  printf '%s %s %s\n' "$k" "${dollar}{t##*/}" "$(printf '%b' "${dollar}{l##*/}")"
done
for l in /sys/block/*/slaves/*; do
  [ -e "$l" ] || continue
  d=${dollar}{l%/slaves/*}; printf 'masters %s %s\n' "${dollar}{l##*/}" "${dollar}{d##*/}"
done`,
  disks: sh`for d in /sys/block/*; do
  [ -d "$d" ] || continue
  printf 'disk %s\n' "${dollar}{d##*/}"
  for k in size removable queue/rotational queue/logical_block_size queue/scheduler queue/discard_granularity device/vendor device/model; do { read -r v < "$d/$k"; } && printf '%s %s\n' "${dollar}{k##*/}" "$v"; done
  for p in "$d"/holders/*; do [ -e "$p" ] && printf 'holder %s\n' "${dollar}{p##*/}"; done
  for p in "$d"/*/partition; do
    [ -e "$p" ] || continue
    p=${dollar}{p%/partition}; s=; n=; { read -r s < "$p/start"; read -r n < "$p/size"; }
    printf 'partition %s %s %s\n' "${dollar}{p##*/}" "$s" "$n"
  done
done`,
  virtual: sh`[ -e /proc/1/cgroup ] && sed 's/^/cgroup /' /proc/1/cgroup
[ -r /proc/1/environ ] && tr '\0' '\n' < /proc/1/environ | sed -n 's/^container=/container /p'
[ -e /proc/vz ] && [ ! -e /proc/lve ] && { [ -e /proc/bc ] && echo vz-host || echo vz-guest; }
[ -r /run/systemd/container ] && printf 'systemd %s\n' "$(cat /run/systemd/container)"
{ [ -e /.dockerenv ] || [ -e /.dockerinit ]; } && echo dockerenv
sed -n 's/^VxID:[[:space:]]*/vxid /p' /proc/self/status
[ -r /proc/modules ] && while read -r m rest; do case $m in kvm|vboxdrv|virtio) echo "module-$m" ;; esac; done < /proc/modules
[ -e /dev/kvm ] && echo dev-kvm`,
};
