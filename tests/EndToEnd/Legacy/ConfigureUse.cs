namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>nvidia-container-cli configure on a root that a hostile image made, in a mount namespace of its own, as a low-level runtime has it ready.</summary>
internal static class ConfigureUse
{
    private const string NoCgroups = "--no-cgroups --ldconfig=@/sbin/ldconfig";
    private const string Version = "570.133.20";
    private static readonly string s_libraries = Machine.LibraryFolder[1..];

    /// <summary>Every kind of target, and every file that is read.</summary>
    private static readonly string[] s_paths =
    [
        "usr/bin/nvidia-smi", $"{s_libraries}/libcuda.so.{Version}", $"{s_libraries}/libcuda.so", $"lib/firmware/nvidia/{Version}/gsp_ga10x.bin",
        "etc/nvidia/nvidia-application-profiles-rc.d", "usr/local/cuda/compat/libcuda.so.999.1", "etc/debian_version", "etc/ld.so.conf",
        "etc/ld.so.conf.d/image.conf", "etc/ld.so.cache", "dev/nvidia0", "dev/nvidiactl",
    ];

    /// <summary>Every component of each of them. (/proc is a file system of its own when the program comes.)</summary>
    internal static readonly string[] Components = [.. new HookUse(["configure"], s_paths, "").Components];

    /// <summary>What is made in the root's own file system, so that it can be made again.</summary>
    internal static readonly string[] Made = ["usr/bin/nvidia-smi", $"{s_libraries}/libcuda.so.{Version}", "etc/ld.so.cache", "dev/nvidiactl"];

    /// <summary>Kernels: with all calls, without openat2, and without the mount calls by handle either.</summary>
    internal static readonly string[] Kernels = ["", "openat2", "openat2,mounts,mount_setattr"];

    /// <summary>The tree, which has what is looked for.</summary>
    internal static HookRoot Prepare(SimulatedHost host)
    {
        HookRoot root = HookUse.Prepare(host);
        // In a container the nodes of the host are not there yet.
        File.Delete(root.At("dev/nvidia0"));
        return root;
    }

    /// <summary>The lines of a shell script that make what a low-level runtime makes before its hooks run; in a namespace of its own.</summary>
    internal static string Mounts(HookRoot root) => $$"""
        mount --bind {{root.Folder}} {{root.Folder}}
        mount -t proc proc {{root.Folder}}/proc && mount --bind /proc/driver {{root.Folder}}/proc/driver
        """;

    /// <summary>The command, for the shell that runs it.</summary>
    internal static string Command(HookRoot root, string kernel, string options = NoCgroups) =>
        string.Join(' ', [.. kernel.Length == 0 ? [] : Refusals.Wrapper("ENOSYS", kernel), "nvidia-container-cli", "--debug=" + root.Bundle + "/debug",
            "configure", "--pid=$$", "--cuda-compat-mode=mount", "--device=0", "--compute", "--utility", "--graphics", options, root.Folder]);

    /// <summary>
    /// Runs it; the output ends with the mounts that are not below the root, each as a line "foreign …", and the number of those that are.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="root">The root.</param>
    /// <param name="kernel">The calls that the kernel does not have.</param>
    /// <param name="before">What the shell does before, in the namespace.</param>
    /// <param name="after">What it does afterwards.</param>
    /// <param name="options">Options of the command.</param>
    internal static CommandResult Run(
        SimulatedHost host, HookRoot root, string kernel, string before = ":", string after = ":", string options = NoCgroups) =>
        host.Run("unshare", "--mount", "/bin/sh", "-c", $$"""
        {{Mounts(root)}}
        {{before}}
        cut -d' ' -f1,5 /proc/self/mountinfo >{{root.Bundle}}/before
        {{Command(root, kernel, options)}}
        status=$?
        {{after}}
        cut -d' ' -f1,5 /proc/self/mountinfo | grep -vxFf {{root.Bundle}}/before | grep -v ' {{root.Folder}}/' | sed 's/^/foreign /'
        cut -d' ' -f5 /proc/self/mountinfo | grep -c '^{{root.Folder}}/'
        exit $status
        """);
}
