// A web server for one test: tells its port to the parent. Takes the first of these ports that is free, else any.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  if (request.url === '/x') response.end('one\ntwo\n');
  else if (request.url === '/who') response.end(request.headers.authorization ?? 'nobody');
  else if (request.url === '/moved') response.writeHead(302, { location: '/x' }).end();
  else if (request.url === '/away')
    response.writeHead(302, { location: `http://localhost:${server.address().port}/who` }).end();
  else if (request.url === '/round') response.writeHead(302, { location: '/round' }).end();
  else {
    response.statusCode = 404;
    response.end();
  }
});
const ports = [...process.argv.slice(2).map(Number), 0];
server.on('error', () => server.listen(ports.shift(), '127.0.0.1'));
server.on('listening', () => process.send?.(server.address().port));
server.listen(ports.shift(), '127.0.0.1');
