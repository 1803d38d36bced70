using System.Globalization;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;

namespace GpuContainers.Host.Tests.Driver;

public sealed class DxCoreLibraryTests
{
    // WSL's folder is in the loader's cache of few distributions, and in none of NixOS.
    [Fact]
    [Requirement("DS-139")]
    public void The_folder_of_WSL_counts_where_its_device_is()
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        host.Write("/usr/lib/wsl/lib/libdxcore.so");
        Assert.Null(Find(host));
        host.Node("/dev/dxg", 10, 125);
        Assert.Equal(host.At("/usr/lib/wsl/lib/libdxcore.so"), Find(host));
    }

    [Theory]
    [Requirement("DS-139")]
    [InlineData("/opt/lib", true)]
    [InlineData("/nowhere:/opt/lib", true)]
    [InlineData("/nowhere;/opt/lib:", true)]
    [InlineData("/opt", false)]
    [InlineData("", false)]
    public void A_folder_of_LD_LIBRARY_PATH_counts(string folders, bool found)
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        string library = host.Write("/opt/lib/libdxcore.so");
        string path = string.Join(':', folders.Split(':').Select(part => string.Join(';', part.Split(';').Select(f => f.Length == 0 ? "" : host.At(f)))));
        Assert.Equal(found ? library : null, Find(host, loaderPath: path));
    }

    // As a working directory does not tell where a library of the host is, neither does a relative folder.
    [Fact]
    [Requirement("DS-139")]
    public void A_relative_folder_does_not_count()
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        host.Write("/lib/libdxcore.so");
        Assert.Null(Find(host, loaderPath: Path.GetRelativePath(Environment.CurrentDirectory, host.At("/lib"))));
    }

    [Theory]
    [Requirement("DS-139")]
    [InlineData("libfirst.so {0}", true)]
    [InlineData("libfirst.so:{0}", true)]
    [InlineData("libdxcore.so", false)]
    [InlineData("{0}.1", false)]
    public void A_preloaded_library_counts(string preload, bool found)
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        string library = host.Write("/opt/libdxcore.so");
        Assert.Equal(found ? library : null, Find(host, preload: string.Format(CultureInfo.InvariantCulture, preload, library)));
    }

    [Fact]
    [Requirement("DS-139")]
    public void A_folder_that_is_given_for_libraries_counts()
    {
        using SimulatedTree host = SimulatedTree.OfText("{}");
        string library = host.Write("/opt/lib/libdxcore.so");
        Assert.Equal(library, Find(host, searchPaths: [host.At("/nowhere") + ":" + host.At("/opt/lib")]));
    }

    private static string? Find(SimulatedTree host, string? loaderPath = null, string? preload = null, string[]? searchPaths = null)
    {
        var files = new FileTree();
        HostContext context = new() { Files = files, SystemRoot = host.Root, LoaderPath = loaderPath, Preload = preload };
        return new DxCoreLibrary(context, searchPaths ?? []).Find(new DriverRoot(files, host.Root));
    }
}
