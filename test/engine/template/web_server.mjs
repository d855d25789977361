// A web server for one test: tells its port to the parent.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  if (request.url === '/x') response.end('one\ntwo\n');
  else {
    response.statusCode = 404;
    response.end();
  }
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
