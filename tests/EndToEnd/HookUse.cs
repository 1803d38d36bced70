namespace GpuContainers.EndToEnd.Tests;

/// <summary>A hook with arguments, on a root that has all it can make use of.</summary>
/// <param name="Arguments">The hook's name and arguments.</param>
/// <param name="Paths">Every path that it uses; each of their components is attacked.</param>
/// <param name="Effect">What is there afterwards; empty when that is a mount.</param>
internal sealed record HookUse(string[] Arguments, string[] Paths, string Effect)
{
    private const string Parameters = "proc/driver/nvidia/params";
    private const string Library = "opt/lib/libfirst.so.1.2";

    /// <summary>All hooks that touch a container.</summary>
    internal static readonly HookUse[] All =
    [
        new(["create-symlinks", "--link", "../target::/usr/lib/deep/made"], ["usr/lib/deep/made"], "usr/lib/deep/made"),
        new(["update-ldcache", "--folder", "/opt/lib"],
            ["etc/ld.so.conf", "etc/ld.so.conf.d/image.conf", "etc/ld.so.cache", "etc/debian_version", "etc/alpine-release", "etc/ld-musl-x86_64.path",
                Library, "opt/lib/libfirst.so.1", "opt/more/glibc-hwcaps/x86-64-v3"],
            "etc/ld.so.cache"),
        new(["enable-cuda-compat", "--host-driver-version=570.133.20"], ["usr/local/cuda/compat/libcuda.so.999.1", "etc/ld.so.conf.d"], ""),
        new(["disable-device-node-modification"], [Parameters], ""),
        new(["update-application-profile"], ["dev/nvidia0", "etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf"],
            "etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf"),
        new(["chmod", "--mode", "700", "--path", "/opt/data/file"], ["opt/data/file"], "opt/data/file"),
    ];

    /// <summary>The hook's name.</summary>
    internal string Hook => Arguments[0];

    /// <summary>Whether it needs a mount namespace that is not the host's.</summary>
    internal bool Mounts => Hook == "disable-device-node-modification";

    /// <summary>Every component of every path, as a path from the root.</summary>
    internal IEnumerable<string> Components => Paths.SelectMany(static p => Prefixes(p)).Distinct();

    internal static HookUse Named(string hook) => All.Single(u => u.Hook == hook);

    /// <summary>Makes the tree.</summary>
    internal static HookRoot Prepare(SimulatedHost host)
    {
        var root = new HookRoot(host);
        root.MakeFolder("usr/lib/deep");
        root.MakeFile("etc/ld.so.conf", "/opt/more\ninclude /etc/ld.so.conf.d/*.conf\n");
        root.MakeFile("etc/ld.so.conf.d/image.conf", "/opt/more\n");
        root.MakeFile("etc/debian_version", "12");
        root.MakeFile("etc/alpine-release", "3");
        root.MakeFile("etc/ld-musl-x86_64.path", "/lib\n");
        root.MakeFile(Library, File.ReadAllBytes(host.At($"{Machine.LibraryFolder}/libcuda.so.570.133.20")));
        root.MakeLink("opt/lib/libfirst.so.1", "libfirst.so.1.2");
        root.MakeFile("opt/more/glibc-hwcaps/x86-64-v3/libmore.so.1", File.ReadAllBytes(root.At(Library)));
        root.MakeFile("usr/local/cuda/compat/libcuda.so.999.1", "no library");
        root.MakeFile(Parameters, "ModifyDeviceFiles: 1\n");
        root.MakeFile("opt/data/file", "text");
        root.MakeFolder("dev");
        root.MakeFolder("etc/nvidia/nvidia-application-profiles-rc.d");
        Nodes.MakeDevice(root.At("dev/nvidia0"), 195, 0);
        return root;
    }

    private static IEnumerable<string> Prefixes(string path)
    {
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
            yield return path[..slash];
        yield return path;
    }
}
