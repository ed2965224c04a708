// What single types on the hot path cost, in time and in allocated bytes: `dotnet run -c Release --project benchmarks/Micro -- --filter *`.
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

// In this process: a project of its own for each benchmark would have to be built by a version of the tool that knows this SDK.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithIterationTime(TimeInterval.FromMilliseconds(200))
    .WithWarmupCount(8)
    .WithIterationCount(12);
var config = DefaultConfig.Instance
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"))
    .HideColumns(Column.Job, Column.Toolchain, Column.IterationTime, Column.IterationCount, Column.WarmupCount, Column.Gen0, Column.RatioSD);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
