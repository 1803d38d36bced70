namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>The runtime under all its names and verbs with a bundle, and the prestart hook; the low-level runtime is a program that does nothing.</summary>
internal static class RuntimeCases
{
    private const string Places = BoundaryCase.Folder + "/places";
    private const string ConfigFile = Places + "/etc/nvidia-container-runtime/config.toml";

    internal static BoundaryCase Make(Dice dice, string library)
    {
        var made = new BoundaryCase(dice.Pick("nvidia-container-runtime", "nvidia-container-runtime", "nvidia-container-runtime.cdi",
            "nvidia-container-runtime.legacy"));
        for (int i = dice.Size(3) - 1; i > 0; i--)
            made.Argument(dice.Pick("--log", "--log=/fuzz/out/log", "--root=/fuzz/r", "--log-format=json", "--systemd-cgroup", "--debug", "-v", "--",
                dice.Pick(Words.Any)));
        made.Argument(dice.Pick("create", "create", "create", "create", "create", "run", "start", "state", "kill", "delete", "exec", "spec", "",
            dice.Pick(Words.Any)));
        made.Arguments(dice.Chance(80) ? ["--bundle", "/fuzz/b"] : [dice.Pick("-b", "--bundle", "-bundle=/fuzz/b", "--bundle="), dice.Pick(Words.Paths)]);
        for (int i = dice.Size(3) - 1; i > 0; i--)
            made.Argument(dice.Pick("--pid-file", "--no-pivot", "--console-socket=/fuzz/socket", dice.Pick(Words.Any)));
        made.Argument("container");
        Files(dice, made, library);
        return made;
    }

    /// <summary>The prestart hook, which reads the state and does the work of <c>nvidia-container-cli</c> itself.</summary>
    internal static BoundaryCase MakePrestart(Dice dice, string library)
    {
        var made = new BoundaryCase("nvidia-container-runtime-hook");
        if (dice.Chance(20))
            made.Arguments(dice.Pick("-config", "--config", "-config=", "-debug", "-h", "--version"), dice.Pick(ConfigFile, dice.Pick(Words.Paths)));
        made.Argument(dice.Pick("prestart", "prestart", "prestart", "prestart", "poststart", "poststop", dice.Pick(Words.Any)));
        made.Input(dice.Chance(75) ? Texts.State : Mutation.Of(dice, Texts.State));
        HostileRoot.Make(dice, made, library);
        Files(dice, made, library);
        return made;
    }

    private static void Files(Dice dice, BoundaryCase made, string library)
    {
        string configuration = Texts.Configuration(dice.Pick("auto", "cdi", "jit-cdi", "csv", "legacy"));
        ToolsCases.File(dice, made, ConfigFile, dice.Chance(60) ? configuration : Mutation.Of(dice, configuration));
        ToolsCases.File(dice, made, BoundaryCase.Folder + "/b/config.json", dice.Chance(20) ? Mutation.Of(dice, Texts.Bundle) : Specification(dice));
        ToolsCases.File(dice, made, Places + "/etc/cdi/a.yaml", Mutation.Of(dice, Texts.CdiYaml));
        ToolsCases.File(dice, made, Places + "/run/cdi/b.json", Mutation.Of(dice, Texts.CdiJson));
        ToolsCases.File(dice, made, BoundaryCase.Folder + "/csv/devices.csv", Mutation.Of(dice, Texts.PropertyLists));
        made.File(BoundaryCase.Folder + "/b/rootfs/usr/local/cuda/compat/libcuda.so.999.1", library);
        made.Directory(BoundaryCase.Folder + "/out");
        for (int i = dice.Chance(30) ? 4 : 0; i > 0; i--)
            made.Variable($"{dice.Pick([.. Words.Names, "XDG_CONFIG_HOME", "NVIDIA_CTK_CONFIG_FILE_PATH"])}={dice.Pick(Words.Any)}");
        made.Variable("PATH=" + (dice.Chance(90) ? "/usr/bin:/bin:/usr/sbin:/sbin" : dice.Pick(Words.Paths)));
    }

    // A good specification with a hostile request: variables, mounts, annotations.
    private static string Specification(Dice dice)
    {
        var variables = new List<string>();
        for (int i = dice.Size(8); i > 0; i--)
        {
            string value = string.Join(',', Enumerable.Range(0, dice.Size(dice.Chance(5) ? 20_000 : 3)).Select(_ => dice.Pick(Words.Devices)));
            variables.Add($"{dice.Pick(Words.Names)}={(dice.Chance(60) ? value : dice.Pick(Words.Values))}");
        }
        string annotation = $"\"cdi.k8s.io/{dice.Pick("x", "", "y z")}\":{Quoted(dice.Pick(Words.Devices))}";
        string device = dice.Pick("0", "all", "cdi/nvidia.com/gpu/all", "imex/0", "..", "");
        string mount = $"{{\"destination\":\"/var/run/nvidia-container-devices/{device}\",\"source\":\"/dev/null\"}},";
        return Texts.Bundle.Replace("\"PATH=/usr/bin\"", string.Join(',', variables.Prepend("PATH=/usr/bin").Select(Quoted)), StringComparison.Ordinal)
            .Replace("\"cdi.k8s.io/x\":\"vendor.com/class=x\"", annotation, StringComparison.Ordinal)
            .Replace("\"mounts\":[", dice.Chance(50) ? "\"mounts\":[" + mount : "\"mounts\":[", StringComparison.Ordinal);
    }

    private static string Quoted(string text) =>
        "\"" + string.Concat(text.Select(static c => c is >= ' ' and not '"' and not '\\' ? c.ToString() : $"\\u{(int)c:x4}")) + "\"";
}
