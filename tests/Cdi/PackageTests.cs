using System.Diagnostics;
using System.IO.Compression;

namespace GpuContainers.Cdi.Tests;

/// <summary>The package as a user gets it, made and tried by the script that releases it.</summary>
public sealed class PackageTests
{
    [Fact]
    [Trait("Kind", "slow")]
    public async Task The_package_keeps_its_promises_and_shows_only_its_own_types()
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(Path.Combine(TestData.Root, "eng", "pack.sh"), [folder.Path + "/packages"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Build servers that outlive the script would keep its output open, and the test waiting.
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0", ["UseSharedCompilation"] = "false" },
        };
        using Process pack = Process.Start(start)!;
        Task<string> errors = pack.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await pack.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await pack.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(pack.ExitCode == 0, output + await errors);
        Assert.Contains("kept\n", output, StringComparison.Ordinal);

        string package = Assert.Single(Directory.GetFiles(folder.Path + "/packages", "*.nupkg"));
        Assert.Single(Directory.GetFiles(folder.Path + "/packages", "*.snupkg"));
        using ZipArchive content = ZipFile.OpenRead(package);
        string[] names = [.. content.Entries.Select(static entry => entry.FullName)];
        Assert.Equal(
            [
                "ref/net10.0/GpuContainers.Cdi.dll", "ref/net10.0/GpuContainers.Cdi.xml",
                "ref/net10.0/GpuContainers.Oci.dll", "ref/net10.0/GpuContainers.Oci.xml",
            ],
            names.Where(static name => name.StartsWith("ref/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("README.md", names);
    }
}
