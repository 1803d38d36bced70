namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>A container's root as an attacker would make it, at <c>/fuzz/b/rootfs</c>, beside a host's folder that nobody may change.</summary>
internal static class HostileRoot
{
    private const UnixFileMode Execution = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Everything = Execution | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    internal const string Path = BoundaryCase.Folder + "/b/rootfs";

    private static readonly string[] Places =
    [
        "etc", "etc/ld.so.conf", "etc/ld.so.conf.d", "etc/ld.so.conf.d/00-nvcr-1.conf", "etc/ld.so.conf.d/zz.conf", "etc/ld.so.cache", "etc/ld.so.cache~",
        "etc/ld-musl-x86_64.path", "etc/debian_version", "etc/alpine-release", "etc/nvidia", "etc/nvidia/nvidia-application-profiles-rc.d", "opt",
        "opt/lib",
        "opt/lib/libfirst.so.1", "opt/lib/libx.so", "opt/lib/libcuda.so.570.133.20", "opt/more", "opt/more/glibc-hwcaps",
        "opt/more/glibc-hwcaps/x86-64-v3", "usr",
        "usr/lib", "usr/lib/deep", "usr/lib/deep/made", "usr/lib/x86_64-linux-gnu", "usr/lib64", "lib", "usr/local/cuda", "usr/local/cuda/compat",
        "usr/local/cuda/compat/libcuda.so.999.1", "usr/local/cuda/compat/libcuda.so.1", "proc", "proc/driver/nvidia/params", "dev", "dev/nvidia0",
        "dev/nvidiactl", "run",
        "tmp", "sbin/ldconfig", "usr/bin", "usr/bin/nvidia-smi", "run/nvidia-persistenced/socket", "lib/firmware/nvidia", "a", "a/b/c/d",
    ];

    private static readonly string[] Targets =
    [
        "/fuzz/host", "/fuzz/host/etc", "/fuzz/host/etc/ld.so.conf", "/fuzz/host/lib", "../../../host/etc", "../../../../../../../../fuzz/host", "/",
        "..", ".", "self",
        "/etc", "/usr/lib", "/opt/lib", "a", "/nowhere/at/all", "/proc/self/root/fuzz/host", "/proc/1/root", "/proc/self/cwd/host", "/proc/self/fd/3",
        "/dev/shm",
        "/dev/zero", "/sys/kernel", "/proc", "/fuzz/b/rootfs/opt", "/volume",
    ];

    /// <summary>Makes the root: hostile things first, which stay, and then what a good image has where there is room for it.</summary>
    internal static void Make(Dice dice, BoundaryCase made, string library)
    {
        made.Directory(BoundaryCase.HostFolder);
        made.File(BoundaryCase.HostFolder + "/etc/ld.so.conf", "/host\n");
        made.File(BoundaryCase.HostFolder + "/etc/ld.so.cache", "host");
        made.Directory(BoundaryCase.HostFolder + "/etc/ld.so.conf.d");
        made.File(BoundaryCase.HostFolder + "/lib/libhost.so.1", library);
        made.Directory(Path);
        for (int things = dice.Size(12) - 1; things > 0; things--)
            Thing(dice, made, $"{Path}/{dice.Pick(Places)}", library);
        Good(dice, made, library);
        if (dice.Chance(15))
            made.Volume(BoundaryCase.HostFolder, $"{Path}/{dice.Pick(Places)}");
    }

    private static void Thing(Dice dice, BoundaryCase made, string path, string library)
    {
        switch (dice.Below(11))
        {
            case < 4:
                made.Link(path, dice.Pick(Targets));
                break;
            case 4:
                made.Node(path, dice.Pick('N', 'S', 'Z'));
                break;
            case 5:
                made.Directory(path);
                break;
            case 6:
                made.File(path, "");
                break;
            case 7:
                made.File(path, Mutation.Of(dice, library));
                break;
            case 8:
                Many(dice, made, path, library);
                break;
            case 9:
                Chain(dice, made, path);
                break;
            default:
                made.File(path, Mutation.Of(dice, Texts.LoaderConfiguration));
                break;
        }
        if (dice.Chance(10))
            made.Mode(dice.Pick(UnixFileMode.None, Everything, Everything | UnixFileMode.SetUser, UnixFileMode.SetUser, Execution));
    }

    // A folder full of names.
    private static void Many(Dice dice, BoundaryCase made, string path, string library)
    {
        string content = dice.Chance(50) ? "" : Mutation.Of(dice, library);
        for (int i = dice.Size(400); i > 0; i--)
        {
            string name = $"{path}/lib{dice.Pick("a", "cuda", "nvidia-ml", "\u00ff", "x\n")}{i}.so{dice.Pick("", ".1", ".1.2", ".570.133.20", "~")}";
            if (dice.Chance(50))
                made.Link(name, dice.Pick(Targets));
            else
                made.File(name, dice.Chance(90) ? "" : content);
        }
    }

    private static void Chain(Dice dice, BoundaryCase made, string path)
    {
        int length = dice.Size(60);
        for (int i = 0; i < length; i++)
            made.Link($"{Path}/chain{i}", i + 1 < length ? $"/chain{i + 1}" : dice.Pick(Targets));
        made.Link(path, "/chain0");
    }

    private static void Good(Dice dice, BoundaryCase made, string library)
    {
        void File(string path, string content)
        {
            if (dice.Chance(85))
                made.File($"{Path}/{path}", Mutation.Of(dice, content));
        }
        made.Directory(Path + "/usr/lib/deep");
        made.Directory(Path + "/dev");
        made.Directory(Path + "/proc");
        File("etc/ld.so.conf", Texts.LoaderConfiguration);
        File("etc/ld.so.conf.d/image.conf", "/opt/more\n");
        File("etc/debian_version", "12");
        File("opt/lib/libfirst.so.1.2", library);
        made.Link(Path + "/opt/lib/libfirst.so.1", "libfirst.so.1.2");
        File("opt/more/glibc-hwcaps/x86-64-v3/libmore.so.1", library);
        File("usr/local/cuda/compat/libcuda.so.999.1", library);
        File("proc/driver/nvidia/params", "ModifyDeviceFiles: 1\nDeviceFileUID: 0\n");
        File("opt/data/file", "text");
        made.Directory(Path + "/etc/nvidia/nvidia-application-profiles-rc.d");
    }
}
