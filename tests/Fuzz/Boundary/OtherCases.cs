namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary><c>nvidia-container-cli</c> on hostile roots, and the installer on a folder of its own with engines that are files only.</summary>
internal static class OtherCases
{
    private const string Folder = BoundaryCase.Folder;

    private static readonly string[] GlobalOptions =
        ["--debug=/fuzz/out/log", "--debug=/dev/stderr", "--load-kmods", "--no-pivot", "--user", "--user=65534:65534", "--root=/", "--root=/fuzz/b/rootfs",
            "--ldcache=/etc/ld.so.cache", "--ldcache=/fuzz/b/rootfs/etc/ld.so.cache", "--no-create-imex-channels", "-d", "-u1", "-?", "-V"];

    private static readonly string[] ListOptions =
        ["--device=all", "--device=0,1", "--libraries", "--binaries", "--ipcs", "--firmwares", "--compat32", "--mig-config=all", "--mig-monitor=0",
            "--imex-channel=0",
            "--no-persistenced", "--no-fabricmanager", "--no-gsp-firmware", "--no-cntlibs"];

    private static readonly string[] ConfigureOptions =
        ["--pid=@PID@", "--pid=0", "--device=all", "--device=0", "--require=cuda>=12.0", "--require=cuda>=99", "--ldconfig=@/sbin/ldconfig",
            "--ldconfig=/sbin/ldconfig",
            "--compute", "--utility", "--video", "--graphics", "--display", "--ngx", "--compat32", "--mig-config=all", "--imex-channel=0", "--no-devbind",
            "--no-persistenced", "--no-gsp-firmware", "--no-cntlibs", "--cuda-compat-mode=ldconfig", "--cuda-compat-mode=mount",
            "--cuda-compat-mode=disabled"];

    private static readonly string[] InstallerOptions =
        ["--runtime=docker", "--runtime=containerd", "--runtime=crio", "--runtime", "--config=/fuzz/engine", "--config",
            "--drop-in-config=/fuzz/out/drop.toml",
            "--config-mode", "--config-source", "--executable-path", "--runtime-name", "--runtime-type", "--set-as-default", "--socket=/fuzz/socket",
            "--enable-cdi-in-runtime", "--cdi-enabled", "--cdi-output-dir=/fuzz/out/cdi", "--cdi-kind", "--create-device-nodes", "--dev-root=/fuzz/out",
            "--driver-root", "--driver-root-ctr-path", "--hooks-dir=/fuzz/out/hooks", "--hook-filename", "--host-root=/fuzz/out/host", "--ignore-errors",
            "--no-runtime-config", "--opt-in-features", "--runtime-config-override", "--toolkit-package-type", "--toolkit-source-root", "--undo",
            "--use-legacy-config", "--debug", "--accept-nvidia-visible-devices-as-volume-mounts", "--health-address=none", "/fuzz/out/more"];

    /// <summary>The verbs of <c>nvidia-container-cli</c>.</summary>
    internal static BoundaryCase MakeContainerCli(Dice dice, string library)
    {
        var made = new BoundaryCase("nvidia-container-cli") { KeepsHost = true };
        Options(dice, made, GlobalOptions, dice.Size(4) - 1);
        string verb = dice.Pick("configure", "configure", "configure", "list", "info", dice.Pick(Words.Any));
        made.Argument(verb);
        if (verb == "configure")
            made.Arguments("--no-cgroups", "--pid=@PID@", "--device=all");
        Options(dice, made, verb == "configure" ? ConfigureOptions : verb == "info" ? ["--csv"] : ListOptions, dice.Size(8) - 1);
        if (verb == "configure")
            made.Argument(dice.Chance(90) ? HostileRoot.Path : dice.Pick(Words.Paths));
        HostileRoot.Make(dice, made, library);
        made.Directory(Folder + "/out");
        made.Variable("PATH=/usr/bin:/bin:/usr/sbin:/sbin");
        return made;
    }

    /// <summary>The installer, once and to its end.</summary>
    internal static BoundaryCase MakeInstaller(Dice dice, string library)
    {
        var made = new BoundaryCase("nvidia-ctk-installer");
        made.Arguments("--no-daemon", "--restart-mode=none", "--pid-file=/fuzz/out/pid", "--toolkit-install-dir=/fuzz/out/install",
            "--toolkit-source-root=/usr/bin",
            "--config=/fuzz/engine");
        Options(dice, made, InstallerOptions, dice.Size(10) - 1);
        made.Directory(Folder + "/out");
        ToolsCases.File(dice, made, Folder + "/engine",
            Mutation.Of(dice, dice.Pick(Texts.DockerConfiguration, Texts.ContainerdConfiguration, Texts.CrioConfiguration)));
        made.File(Folder + "/out/host/usr/lib/libcuda.so.570.133.20", Mutation.Of(dice, library));
        made.Variable("PATH=/usr/bin:/bin:/usr/sbin:/sbin");
        return made;
    }

    private static void Options(Dice dice, BoundaryCase made, string[] options, int count)
    {
        for (; count > 0; count--)
        {
            string option = dice.Chance(5) ? dice.Pick(Words.Any) : dice.Pick(options);
            int value = option.IndexOf('=', StringComparison.Ordinal);
            if (value > 0 && dice.Chance(20))
                option = option[..(value + 1)] + dice.Pick(Words.Any);
            made.Argument(value < 0 && dice.Chance(20) ? $"{option}={dice.Pick(Words.Any)}" : option);
        }
    }
}
