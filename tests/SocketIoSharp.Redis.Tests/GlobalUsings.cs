global using SocketIoSharp.TestKit;
