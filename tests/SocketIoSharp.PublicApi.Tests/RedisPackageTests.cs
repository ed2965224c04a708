using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>
/// The tests of this repository run on an old StackExchange.Redis. Nobody else is to get that one, and what is in the package
/// has to compile against the versions that are in use.
/// </summary>
[NonParallelizable]
public sealed class RedisPackageTests
{
    [Test]
    public async Task The_package_asks_for_a_library_with_sharded_channels_and_is_compiled_against_such_a_one()
    {
        var folder = Directory.CreateTempSubdirectory("socketiosharp-package-");
        try
        {
            await using var package = await DotnetCommand.PackAsync("SocketIoSharp.Redis", folder);
            var dependencies = await ReadDependenciesAsync(package);
            Assert.That(dependencies.Keys, Is.EquivalentTo(["SocketIoSharp", "StackExchange.Redis"]));
            Assert.That(dependencies["StackExchange.Redis"], Is.EqualTo("2.8.41"));
            Assert.That(await ReadLibraryVersionAsync(package), Is.EqualTo(new Version(2, 0, 0, 0)), "all of version 2 has this assembly version");
            Assert.That(package.GetEntry("README.md"), Is.Not.Null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public Task The_source_compiles_against_version_3_of_the_library()
        => DotnetCommand.RunAsync(
            "build",
            "src/SocketIoSharp.Redis",
            "-c",
            DotnetCommand.Configuration,
            "--nologo",
            "-p:BuildProjectReferences=false",
            "-p:StackExchangeRedisCompileOnly=true",
            "-p:StackExchangeRedisVersion=3.4.35");

    private static async Task<Dictionary<string, string>> ReadDependenciesAsync(ZipArchive package)
    {
        await using var stream = await package.GetEntry("SocketIoSharp.Redis.nuspec")!.OpenAsync();
        var nuspec = await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None);
        return nuspec.Descendants()
            .Where(static element => element.Name.LocalName == "dependency")
            .ToDictionary(static element => (string)element.Attribute("id")!, static element => (string)element.Attribute("version")!);
    }

    private static async Task<Version?> ReadLibraryVersionAsync(ZipArchive package)
    {
        var bytes = new MemoryStream();
        await using (var stream = await package.GetEntry("lib/net10.0/SocketIoSharp.Redis.dll")!.OpenAsync())
        {
            await stream.CopyToAsync(bytes);
        }

        bytes.Position = 0;
        using var assembly = new PEReader(bytes);
        var metadata = assembly.GetMetadataReader();
        return metadata.AssemblyReferences
            .Select(metadata.GetAssemblyReference)
            .Single(reference => metadata.GetString(reference.Name) == "StackExchange.Redis")
            .Version;
    }
}
