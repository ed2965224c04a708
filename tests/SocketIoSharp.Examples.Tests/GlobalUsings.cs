global using SocketIoSharp.TestKit;

// Browsers wait more than they work.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]
