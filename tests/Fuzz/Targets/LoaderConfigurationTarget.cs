using GpuContainers.Fuzz.Tests.Runner;
using GpuContainers.Linux.Roots;
using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>A container's /etc/ld.so.conf, in a container that has a few files to include (HK-73 to HK-77).</summary>
public sealed class LoaderConfigurationTarget : IFuzzTarget
{
    private static readonly Lazy<ContainerRoot> s_root = new(MakeRoot);

    /// <inheritdoc/>
    public string Name => "ld-so-conf";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        List<byte[]> directories = LoaderConfiguration.ParseText(s_root.Value, input);
        Assert.InRange(directories.Count, 0, 4096);
        foreach (byte[] directory in directories)
        {
            Assert.Equal((byte)'/', directory[0]);
            Assert.True(directory.AsSpan().IndexOfAny((byte)0, (byte)'\n', (byte)'#') < 0);
        }
    }

    // Two files that include each other, one that includes itself, and a link out of the container.
    private static ContainerRoot MakeRoot()
    {
        string folder = Directory.CreateTempSubdirectory("fuzz-root-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string configuration = Path.Combine(folder, "etc/ld.so.conf.d");
        Directory.CreateDirectory(configuration);
        File.WriteAllText(Path.Combine(configuration, "a.conf"), "include b.conf\n/opt/a\n");
        File.WriteAllText(Path.Combine(configuration, "b.conf"), "include /etc/ld.so.conf.d/a.conf\n/opt/b\n");
        File.WriteAllText(Path.Combine(configuration, "self.conf"), "include self.conf *.conf\n/opt/self\n");
        File.CreateSymbolicLink(Path.Combine(configuration, "out.conf"), "/proc/self/environ");
        return ContainerRoot.Open(folder);
    }
}
