namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>The verbs of <c>nvidia-ctk</c> with flags, and files that are not what the flags need.</summary>
internal static class ToolsCases
{
    private const string Folder = BoundaryCase.Folder;

    private static readonly (string[] Verb, string[] Flags)[] s_verbs =
    [
        (["cdi", "generate"], ["--output=/fuzz/out/s.yaml", "--output", "--format", "--mode", "--device-id", "--no-all-device", "--device-name-strategy",
            "--vendor",
            "--class", "--driver-root", "--dev-root", "--library-search-path", "--config-search-path", "--nvidia-cdi-hook-path", "--ldconfig-path",
            "--enable-hook",
            "--disable-hook", "--feature-flag", "--csv.file=/fuzz/csv/devices.csv", "--csv.ignore-pattern", "--csv.compat-container-root", "--explain"]),
        (["cdi", "list"], ["--spec-dir=/fuzz/cdi", "--spec-dir", "--format"]),
        (["cdi", "validate"], ["--spec-dir=/fuzz/cdi", "--spec-dir", "--format", "--no-host-checks", "/fuzz/cdi/a.yaml", "/fuzz/cdi/b.json", "/fuzz/text"]),
        (["cdi", "diff"], ["--with", "--format", "/fuzz/cdi/a.yaml", "/fuzz/cdi/b.json", "/fuzz/text"]),
        (["cdi", "refresh"], ["--output=/fuzz/out/r.yaml", "--output", "--strict"]),
        (["cdi", "transform", "root"], ["--from", "--to", "--relative-to", "--input=/fuzz/cdi/a.yaml", "--input=-", "--input=/fuzz/cdi/b.json", "--input",
            "--output=/fuzz/out/t.yaml", "--output"]),
        (["config"], ["--config-file=/fuzz/config.toml", "--config-file", "--set", "--set=nvidia-container-runtime.debug=x", "--set-list-separator",
            "--in-place",
            "--output=/fuzz/out/c.toml", "--output"]),
        (["config", "default"], ["--output=/fuzz/out/c.toml", "--output"]),
        (["config", "explain"], ["--config-file=/fuzz/config.toml", "--config-file", "--format", "mode", "features"]),
        (["runtime", "configure"], ["--runtime=docker", "--runtime=containerd", "--runtime=crio", "--runtime", "--config=/fuzz/engine", "--config",
            "--drop-in-config",
            "--drop-in-config=/fuzz/out/d.toml", "--executable-path", "--config-mode", "--config-source", "--oci-hook-path", "--nvidia-runtime-name",
            "--nvidia-runtime-path", "--nvidia-set-as-default", "--cdi.enabled", "--dry-run", "--diff", "--undo", "--all", "--backup-dir=/fuzz/out"]),
        (["system", "create-device-nodes"], ["--root=/fuzz/b/rootfs", "--root", "--dev-root=/fuzz/out", "--dev-root", "--control-devices",
            "--load-kernel-modules",
            "--replace-stale-nodes", "--dry-run"]),
        (["system", "create-dev-char-symlinks"], ["--dev-char-path=/fuzz/out/char", "--dev-char-path", "--driver-root", "--dev-root", "--create-all",
            "--load-kernel-modules", "--create-device-nodes", "--dry-run"]),
        (["doctor"], ["--format", "--all", "--fix", "--yes"]),
        (["explain"], ["--bundle=/fuzz/b", "--bundle", "--image-env=NVIDIA_VISIBLE_DEVICES=all", "--image-env", "--container", "--mode", "--format"]),
        (["completion"], ["bash", "zsh", "fish"]),
        (["info"], []),
        (["gpu-inventory"], ["--nvml", "--dxcore", "--cuda", "--library"]),
        ([], []),
    ];

    internal static BoundaryCase Make(Dice dice, string library)
    {
        string program = dice.Pick("nvidia-ctk", "nvidia-ctk", "nvidia-ctk-cli");
        (string[] verb, string[] flags) = dice.Pick(s_verbs);
        var made = new BoundaryCase(program) { WaitsForPipes = verb.Contains("transform") };
        if (dice.Chance(15))
            made.Arguments(dice.Pick("--debug", "--quiet", "--config=/fuzz/config.toml", "-h", "--version"));
        made.Arguments(verb);
        for (int i = dice.Size(8) - 1; i > 0; i--)
            Flag(dice, made, flags);
        if (dice.Chance(10))
            made.Argument(dice.Pick(Words.Any));
        Files(dice, made, library);
        made.Variable("PATH=/usr/bin:/bin:/usr/sbin:/sbin");
        for (int i = dice.Chance(20) ? 3 : 0; i > 0; i--)
        {
            string name = dice.Pick("NVIDIA_CTK_DEBUG", "NVIDIA_CTK_CONFIG", "NVIDIA_CTK_CDI_GENERATE_MODE", "COLUMNS", "TERM", "NO_COLOR", "LANG", "TZ",
                "HOME");
            made.Variable($"{name}={dice.Pick(Words.Any)}");
        }
        return made;
    }

    /// <summary>A file of the case; at times there is something else in its place, or nothing.</summary>
    internal static void File(Dice dice, BoundaryCase made, string path, string content)
    {
        switch (dice.Below(40))
        {
            case 0:
                made.Node(path, made.WaitsForPipes ? dice.Pick('S', 'Z') : dice.Pick('N', 'S', 'Z'));
                break;
            case 1:
                made.Directory(path);
                break;
            case 2:
                made.Link(path, dice.Pick(Words.Paths));
                break;
            case 3:
                break;
            default:
                made.File(path, content);
                break;
        }
    }

    private static void Flag(Dice dice, BoundaryCase made, string[] flags)
    {
        string flag = flags.Length == 0 || dice.Chance(3) ? dice.Pick(Words.Any) : dice.Pick(flags);
        if (flag.Contains('=', StringComparison.Ordinal) || flag.StartsWith('/') || dice.Chance(20))
            made.Argument(flag);
        else if (dice.Chance(50))
            made.Argument($"{flag}={dice.Pick(Words.Any)}");
        else
            made.Arguments(flag, dice.Pick(Words.Any));
    }

    private static void Files(Dice dice, BoundaryCase made, string library)
    {
        made.Directory(Folder + "/out");
        File(dice, made, Folder + "/cdi/a.yaml", Mutation.Of(dice, Texts.CdiYaml));
        File(dice, made, Folder + "/cdi/b.json", Mutation.Of(dice, Texts.CdiJson));
        File(dice, made, Folder + "/config.toml", Mutation.Of(dice, Texts.Configuration("auto")));
        File(dice, made, Folder + "/csv/devices.csv", Mutation.Of(dice, Texts.PropertyLists));
        string engine = Mutation.Of(dice, dice.Pick(Texts.DockerConfiguration, Texts.ContainerdConfiguration, Texts.CrioConfiguration));
        File(dice, made, Folder + "/engine", engine);
        File(dice, made, Folder + "/places/etc/docker/daemon.json", Mutation.Of(dice, Texts.DockerConfiguration));
        File(dice, made, Folder + "/places/etc/containerd/config.toml", Mutation.Of(dice, Texts.ContainerdConfiguration));
        File(dice, made, Folder + "/places/etc/crio/crio.conf", Mutation.Of(dice, Texts.CrioConfiguration));
        File(dice, made, Folder + "/places/etc/cdi/a.yaml", Mutation.Of(dice, Texts.CdiYaml));
        File(dice, made, Folder + "/places/etc/nvidia-container-runtime/config.toml", Mutation.Of(dice, Texts.Configuration("cdi")));
        File(dice, made, Folder + "/b/config.json", Mutation.Of(dice, Texts.Bundle));
        File(dice, made, Folder + "/b/rootfs/usr/lib/libcuda.so.570.133.20", Mutation.Of(dice, library));
        made.File(Folder + "/text", "text\n");
        // No pipe of a name of its own: as input or output of a command it is waited for, as the shell's "<(…)" wants it.
        made.Node(Folder + "/zero", 'Z');
        made.Node(Folder + "/socket", 'S');
        made.Link(Folder + "/loop", "loop");
        if (dice.Chance(30))
            made.Input(Mutation.Of(dice, dice.Pick(Texts.CdiYaml, Texts.CdiJson, Texts.Bundle, Texts.Configuration("auto"))));
    }
}
