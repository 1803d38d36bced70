namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>Hooks with their state on standard input, over hostile roots.</summary>
internal static class HookCases
{
    // What a hook may write, and the line with the count of those left out (SEC-21).
    private const int MostErrors = (16 * 1024) + 512;

    private static readonly string[] Folders = ["/opt/lib", "/opt/more", "/usr/lib", "/usr/lib64", "/a/b", "/", "/volume", "/etc", "/proc", "/dev",
        "opt", "/opt/lib\n/x", "/opt#"];

    internal static BoundaryCase Make(Dice dice, string library)
    {
        string program = dice.Pick("nvidia-cdi-hook", "nvidia-cdi-hook", "nvidia-cdi-hook", "nvidia-ctk");
        var made = new BoundaryCase(program) { MostErrors = MostErrors };
        if (program == "nvidia-ctk")
            made.Argument("hook");
        if (dice.Chance(10))
            made.Arguments("sequence");
        for (int parts = dice.Chance(10) ? 3 : 1; parts > 0; parts--)
        {
            made.Arguments(Hook(dice));
            if (parts > 1)
                made.Argument(";");
        }
        if (dice.Chance(20))
            made.Argument(dice.Pick(Words.Any));
        string state = dice.Chance(80) ? Texts.State : Mutation.Of(dice, Texts.State);
        // The caller is trusted: where its state names the host's folder as the root, that is not the image's doing.
        made.KeepsHost = state == Texts.State;
        made.Input(dice.Chance(90) ? state : state.Replace("\"root\":\"/fuzz/b/rootfs\",", "", StringComparison.Ordinal));
        made.File(BoundaryCase.Folder + "/b/config.json", made.KeepsHost ? Texts.Bundle : Mutation.Of(dice, Texts.Bundle));
        HostileRoot.Make(dice, made, library);
        for (int i = dice.Chance(30) ? 5 : 0; i > 0; i--)
            made.Variable($"{dice.Pick(Words.Names)}={dice.Pick(Words.Any)}");
        return made;
    }

    private static List<string> Hook(Dice dice)
    {
        string hook = dice.Pick("update-ldcache", "update-ldcache", "update-ldcache", "create-symlinks", "create-symlinks", "enable-cuda-compat",
            "enable-cuda-compat",
            "disable-device-node-modification", "update-application-profile", "chmod", "apply-cuda-memory-limits", "noop", "unknown");
        List<string> words = [hook];
        for (int i = dice.Size(4); i > 0; i--)
            words.AddRange(Flags(dice, hook));
        if (dice.Chance(15))
            words.Insert(dice.Below(words.Count + 1), dice.Pick("--debug", "--quiet", "--help", "--", "-d", "--debug=x", "--nothing", "-",
                "--container-spec=/dev/stdin"));
        return words;
    }

    private static string[] Flags(Dice dice, string hook) => hook switch
    {
        "update-ldcache" => ["--folder", Mutated(dice, dice.Pick(Folders))],
        "create-symlinks" => ["--link",
        $"{Mutated(dice, dice.Pick("../target", "/usr/lib/x", "a", "..", "/fuzz/host/etc"))}{dice.Pick("::", "::", "::", ":", "")}"
            + Mutated(dice, dice.Pick("/usr/lib/deep/made", "/opt/lib/libx.so", "/etc/ld.so.conf", "/a/b/c/d", "/dev/x", "relative", "/",
                "/usr/lib/../../x"))],
        "enable-cuda-compat" => [dice.Pick("--host-driver-version=", "--host-cuda-version=", "--cuda-compat-container-root=")
            + Mutated(dice, dice.Pick("570.133.20", "999.2", "1", "12.8", "/usr/local/cuda/compat", "535", ""))],
        "chmod" => ["--mode", dice.Pick("700", "0777", "4755", "9", "", "-1", "77777777777"), "--path", Mutated(dice, dice.Pick("/opt/data/file",
        "/dev/nvidia0", "/etc", "/", "/a"))],
        "apply-cuda-memory-limits" => ["--gpu-id", dice.Pick(Words.Devices), "--driver-root", dice.Pick(Words.Paths)],
        _ => dice.Chance(80) ? [] : [dice.Pick(Words.Any)],
    };

    private static string Mutated(Dice dice, string text) => dice.Chance(85) ? text : Mutation.Once(dice, text);
}
