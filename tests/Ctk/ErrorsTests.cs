using System.Text.RegularExpressions;
using GpuContainers.Ctk.Tests.Cdi;

namespace GpuContainers.Ctk.Tests;

/// <summary>The errors of the tools that docs/errors.md lists: each is provoked, and each one listed is covered here or by a test that is named.</summary>
public sealed partial class ErrorsTests : IDisposable
{
    // Only a broken host or file system leads to these; the tests named provoke them below the command line.
    private static readonly string[] s_elsewhere =
    [
        "failed to create symlink creator: failed to create all possible device lister: …",
        "failed to get GPU information: …",
        "failed to create NVIDIA control device nodes: failed to create device node …",
        "failed to load NVIDIA kernel modules: failed to load module …",
        "failed to save config: …",
        "internal error",
        "… was changed by someone else since it was read",
        "unable to undo: … was changed after nvidia-ctk wrote it",
        "unable to undo: the backup … is damaged",
    ];

    // Those that need an engine, a folder of drop-ins or another user are provoked by test classes of their own.
    private static readonly string[] s_byOtherClasses =
    [
        "podman needs no configuration: …",
        "… takes no value behind a blank, so it would be on",
        "… does not know CDI, which came with …",
        "{{ begins a template, so this is not TOML yet",
        "… is imported, but cannot be read",
        "… is read after … and sets all of plugin \"…\"",
        "keep the owner and attributes of …: permission denied",
        "write …: the symbolic link … belongs to user …",
        "engines read only files whose names end in .json or .yaml",
        "no specification found in …",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_listed_error_is_provoked()
    {
        File.WriteAllText(_folder + "/broken.toml", "a = [\n");
        // The document of an IMEX channel needs no driver.
        Directory.CreateDirectory(_folder + "/dev/nvidia-caps-imex-channels");
        Directory.CreateDirectory(_folder + "/taken.yaml");
        File.WriteAllText(_folder + "/dev/nvidia-caps-imex-channels/channel0", "");
        string[] channel = ["--mode=imex", "--device-id=0", "--dev-root=" + _folder];
        string[][] lines =
        [
            ["cdi", "refresh", "--output="], ["cdi", "refresh", "--wait=soon"],
            ["bogus"], ["config", "--bogus"], ["config", "--output"], ["config", "-i=maybe"], ["config", "-i", "-o", "x"], ["config", "--set-list-separator="],
            ["config", "-c", _folder + "/broken.toml"], ["config", "--set", "bogus=1"], ["config", "--set", "disable-require=x"],
                ["config", "--set", "features=1"],
            ["config", "-o", "/dev/null/x/y"], ["config", "-o", _folder], ["config", "explain", "bogus"], ["completion"],
            ["cdi", "generate", "--format=xml"], ["cdi", "generate", "--mode=magic"], ["cdi", "generate", "--device-name-strategy=x"],
                ["cdi", "generate", "--vendor="],
            ["cdi", "generate", "--class="], ["cdi", "generate", "--enable-hook=all"], ["cdi", "generate", "--mode=imex", "--device-id=x"],
            ["cdi", "generate", "--mode=wsl"], ["cdi", "generate", "--mode=gdrcopy", "--dev-root=/nonexistent"],
            ["cdi", "generate", .. channel, "--output=/dev/null/x/y"], ["cdi", "generate", .. channel, "--output=" + _folder + "/taken.yaml"],
        ];
        string missing = _folder + "/missing";
        File.WriteAllText(_folder + "/empty.yaml", "");
        File.WriteAllText(_folder + "/broken.json", "{\n  nope\n}");
        string[][] looks =
        [
            ["cdi", "diff", "a", "b"], ["cdi", "diff", _folder + "/empty.yaml"], ["cdi", "diff", missing],
            ["explain"], ["explain", "--image-env", "X"], ["explain", "--container", "no-such-id"],
            ["explain", "--image-env", "A=1", "--diff", _folder + "/broken.json"],
        ];
        File.WriteAllText(_folder + "/list.json", "{\"runtimes\": []}");
        File.WriteAllText(_folder + "/text.toml", "version = \"2\"\n");
        File.WriteAllText(_folder + "/empty.json", "{}");
        string[][] configure =
        [
            ["--runtime=lxc"], ["docker", "--runtime=crio"], ["--nvidia-runtime-name="], ["--runtime=crio", "--runtime-path=x"],
            ["--config-mode=hook", "--nvidia-runtime-hook-path=x"],
            ["--config-source=x"], ["--drop-in-config=/x"], ["--runtime=crio", "--drop-in-config=x"], ["--config", _folder + "/broken.toml"],
            ["--runtime=containerd", "--config", _folder + "/text.toml"], ["--runtime=crio", "--config-source=command", "--executable-path", missing],
            ["--config", _folder + "/list.json"], ["--config", "/dev/null/x"], ["--config", "/proc/none/x", "--backup-dir="],
                ["--config", _folder + "/empty.json", "--backup-dir=/proc/none"], ["--undo", "--config", missing],
            ["--undo", "--config-mode=hook"], ["--config-mode=hook", "--oci-hook-path=/dev/null/x"],
        ];
        lines = [.. lines, .. looks, .. configure.Select(options => (string[])["runtime", "configure", "--backup-dir", _folder + "/backups", .. options])];
        var said = lines.Select(line => CtkCli.Run(line).Errors).ToList();
        said.Add(CtkCli.Run(["info"], new Dictionary<string, string?> { ["NVIDIA_CTK_DEBUG"] = "maybe" }).Errors);
        if (!File.Exists("/proc/driver/nvidia/version"))
            said.Add(CtkCli.Run("system", "create-device-nodes", "--control-devices", "--dry-run").Errors);
        var silent = new List<string>();
        foreach (string text in Listed().Except([.. s_elsewhere, .. s_byOtherClasses]))
        {
            var pattern = new Regex(Regex.Escape(text.Replace("\"", "\u0001", StringComparison.Ordinal)).Replace("…", ".*", StringComparison.Ordinal)
                .Replace("\u0001", "\\\\?\"", StringComparison.Ordinal));
            bool isHostsOwn = text.StartsWith("failed to create devices info", StringComparison.Ordinal) && File.Exists("/proc/driver/nvidia/version");
            if (!isHostsOwn && !said.Exists(pattern.IsMatch))
                silent.Add(text);
        }
        Assert.True(silent.Count == 0, string.Join('\n', silent) + "\n\n" + string.Concat(said));
    }

    private static IEnumerable<string> Listed()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "docs", "errors.md")))
            folder = Path.GetDirectoryName(folder);
        Assert.NotNull(folder);
        string text = File.ReadAllText(Path.Combine(folder, "docs", "errors.md"));
        string section = text[text.IndexOf("## nvidia-ctk: the tools", StringComparison.Ordinal)..];
        int next = section.IndexOf("\n## ", 3, StringComparison.Ordinal);
        return Row().Matches(next < 0 ? section : section[..next]).Select(match => match.Groups[1].Value);
    }

    [GeneratedRegex("^\\| `([^`]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
