// A server that answers DescribeInstances with as many instances as a test wants, in pages as EC2 makes them. moto takes
// seconds for a page of a thousand.
import { once } from 'node:events';
import { createServer } from 'node:http';

const hex = (number: number): string => number.toString(16).padStart(17, '0');
const group =
  '<groupSet><item><groupId>sg-0123456789abcdef0</groupId><groupName>nodes</groupName></item></groupSet>';

/** As EC2 writes one, with the elements that instances of today have. */
function reservation(number: number): string {
  const tail = `${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
  const inner = `<privateIpAddress>10.${tail}</privateIpAddress><privateDnsName>ip-10-${tail.replaceAll('.', '-')}.eu-west-1.compute.internal</privateDnsName>`;
  const home = '<subnetId>subnet-0aaaaaaaaaaaaaaaa</subnetId><vpcId>vpc-0aaaaaaaaaaaaaaaa</vpcId>';
  const tags = {
    Name: `node-${number}`,
    role: number % 3 === 0 ? 'web' : 'worker',
    'aws:autoscaling:groupName': `pool-${number % 7}`,
  };
  const tagSet = Object.entries(tags).map(
    ([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`,
  );
  const attached =
    '<status>attached</status><attachTime>2026-11-30T03:00:00.000Z</attachTime><deleteOnTermination>true</deleteOnTermination>';
  return `<item><reservationId>r-${hex(number)}</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet><item>
<instanceId>i-${hex(number)}</instanceId><imageId>ami-0123456789abcdef0</imageId><instanceState><code>16</code><name>running</name></instanceState>
${inner}<dnsName>ec2-52-${tail.replaceAll('.', '-')}.eu-west-1.compute.amazonaws.com</dnsName><reason/><keyName>kube</keyName><amiLaunchIndex>0</amiLaunchIndex>
<productCodes/><instanceType>t3.large</instanceType><launchTime>2026-11-30T03:00:00.000Z</launchTime>
<placement><availabilityZoneId>euw1-az1</availabilityZoneId><availabilityZone>eu-west-1a</availabilityZone><groupName/><tenancy>default</tenancy></placement>
<monitoring><state>disabled</state></monitoring>${home}<ipAddress>52.${tail}</ipAddress><sourceDestCheck>true</sourceDestCheck>${group}
<architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/sda1</rootDeviceName>
<blockDeviceMapping><item><deviceName>/dev/sda1</deviceName><ebs><volumeId>vol-${hex(number)}</volumeId>${attached}</ebs></item></blockDeviceMapping>
<virtualizationType>hvm</virtualizationType><clientToken>token-${number}</clientToken><tagSet>${tagSet.join('')}</tagSet><hypervisor>xen</hypervisor>
<networkInterfaceSet><item><networkInterfaceId>eni-${hex(number)}</networkInterfaceId>${home}<description/><ownerId>123456789012</ownerId><status>in-use</status>
<macAddress>02:00:00:00:00:01</macAddress>${inner}<sourceDestCheck>true</sourceDestCheck>${group}
<attachment><attachmentId>eni-attach-${number}</attachmentId><deviceIndex>0</deviceIndex>${attached}<networkCardIndex>0</networkCardIndex></attachment>
<association><publicIp>52.${tail}</publicIp><publicDnsName/><ipOwnerId>amazon</ipOwnerId></association>
<privateIpAddressesSet><item>${inner}<primary>true</primary></item></privateIpAddressesSet><ipv6AddressesSet/><interfaceType>interface</interfaceType></item></networkInterfaceSet>
<iamInstanceProfile><arn>arn:aws:iam::123456789012:instance-profile/node</arn><id>AIPA0123456789ABCDEF0</id></iamInstanceProfile>
<ebsOptimized>false</ebsOptimized><enaSupport>true</enaSupport><cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>
<capacityReservationSpecification><capacityReservationPreference>open</capacityReservationPreference></capacityReservationSpecification>
<hibernationOptions><configured>false</configured></hibernationOptions><metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions>
<enclaveOptions><enabled>false</enabled></enclaveOptions></item></instancesSet></item>`;
}

function reply(from: number, to: number, total: number): string {
  const items = Array.from({ length: to - from }, (_, index) => reservation(from + index)).join('');
  const token = to < total ? `<nextToken>from-${to}</nextToken>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>test</requestId><reservationSet>${items}</reservationSet>${token}</DescribeInstancesResponse>`;
}

export interface InstancePages {
  readonly url: string;
  /** How many instances each page had. */
  readonly pages: readonly number[];
  readonly close: () => void;
}

export async function serveInstances(total: number): Promise<InstancePages> {
  const pages: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const asked = new URLSearchParams(body);
      const from = Number(asked.get('NextToken')?.slice('from-'.length) ?? 0);
      const to = Math.min(total, from + Number(asked.get('MaxResults') ?? 1000));
      pages.push(to - from);
      response.writeHead(200, { 'content-type': 'text/xml' }).end(reply(from, to, total));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, pages, close: () => void server.close() };
}
