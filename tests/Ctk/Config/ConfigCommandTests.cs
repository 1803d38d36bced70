using GpuContainers.Ctk.Tests.Cdi;

namespace GpuContainers.Ctk.Tests.Config;

public sealed class ConfigCommandTests : IDisposable
{
    private const string Own =
        "# mine\ndisable-require = true\n\n[nvidia-container-runtime]\n# a comment\nmode = \"cdi\"\nruntimes = [\"crun\"]  # only this\n\n[other] # " +
        "unknown\nx = 0x10\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;

    private string File_ => _folder + "/config.toml";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private CommandResult Run(params string[] arguments) =>
        CtkCli.Run(["config", .. arguments], new Dictionary<string, string?> { ["NVIDIA_CTK_CONFIG_FILE_PATH"] = File_ });

    [Fact]
    [Requirement("CF-100", "CF-130", "CF-133")]
    public void A_missing_file_prints_the_defaults()
    {
        string defaults = CtkCli.Run("config", "default").Output;
        Assert.Equal(defaults, Run().Output);
        Assert.Equal(defaults, CtkCli.Run("config", "create-default").Output);
        Assert.Equal(defaults, CtkCli.Run("config", "--set", "disable-require", "generate-default").Output);
    }

    [Fact]
    [Requirement("CF-72", "CF-120", "CF-123")]
    public void In_place_keeps_comments_and_changes_what_was_asked()
    {
        File.WriteAllText(File_, Own);
        Assert.Equal(0, Run("-i", "--set", "nvidia-container-runtime.mode=legacy").Status);
        string text = File.ReadAllText(File_);
        foreach (string line in Own.Replace("\"cdi\"", "\"legacy\"", StringComparison.Ordinal).Split('\n'))
            Assert.Contains(line, text, StringComparison.Ordinal);
        DateTime time = File.GetLastWriteTimeUtc(File_);
        // What would not change is not written (CF-76, CF-124).
        Assert.Equal(0, Run("--in-place").Status);
        Assert.Equal(text, File.ReadAllText(File_));
        Assert.Equal(time, File.GetLastWriteTimeUtc(File_));
    }

    // What is mistyped would break every container that is created later.
    [Theory]
    [Requirement("RT-274")]
    [InlineData("nvidia-container-runtime.mode", "banana", "auto, cdi, jit-cdi, csv, legacy", "jit-cdi")]
    [InlineData("nvidia-container-runtime.mode", "", "auto, cdi, jit-cdi, csv, legacy", "auto")]
    [InlineData("nvidia-container-runtime.log-level", "loud", "panic, fatal, error, warn, warning, info, debug, trace", "WARN")]
    [InlineData("nvidia-container-runtime.modes.legacy.cuda-compat-mode", "Hook", "ldconfig, mount, hook, disabled", "hook")]
    [InlineData("nvidia-container-runtime.modes.legacy.device-rules", "yes", "auto, always, never", "never")]
    [InlineData("nvidia-container-cli.implementation", "builtin", "native, external, auto", "external")]
    [InlineData("supported-driver-capabilities", "compute, cuda", "compat32, compute, display, graphics, ngx, utility, video, or all", "compute, video")]
    [InlineData("supported-driver-capabilities", "all,compute", "compat32, compute, display, graphics, ngx, utility, video, or all", "all")]
    public void A_value_that_nobody_knows_is_refused_with_those_that_are_known(string key, string wrong, string values, string right)
    {
        File.WriteAllText(File_, Own);
        CommandResult result = Run("-i", "--set", "disable-require=false", "--set", $"{key}={wrong}");
        Assert.Equal(1, result.Status);
        Assert.Contains($"is not a value of {key}; the values are {values}", result.Errors, StringComparison.Ordinal);
        Assert.Equal(Own, File.ReadAllText(File_));
        Assert.Equal(0, Run("-i", "--set", $"{key}={right}").Status);
    }

    [Fact]
    [Requirement("RT-274")]
    public void A_wrong_value_in_the_file_is_explained_with_its_place()
    {
        File.WriteAllText(File_, "[nvidia-container-runtime]\nmode = \"banana\"\n");
        CommandResult result = Run("explain", "nvidia-container-runtime.mode");
        Assert.Contains("\"banana\\\" is not a value of nvidia-container-runtime.mode; ", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"correct {File_}, line 2", result.Errors, StringComparison.Ordinal);
        Assert.Contains("values:   auto, cdi, jit-cdi, csv, legacy", result.Output, StringComparison.Ordinal);
        Assert.Contains("is not a value of", Run("--set", "disable-require").Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CF-122")]
    public void A_link_stays_and_so_does_the_mode()
    {
        File.WriteAllText(_folder + "/real.toml", Own);
        File.SetUnixFileMode(_folder + "/real.toml", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(File_, "real.toml");
        Assert.Equal(0, Run("-i", "--set", "disable-require=false").Status);
        Assert.Equal("real.toml", new FileInfo(File_).LinkTarget);
        Assert.Contains("disable-require = false", File.ReadAllText(_folder + "/real.toml"), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder + "/real.toml"));
    }

    [Fact]
    [Requirement("CF-122", "CF-123", "CF-132")]
    public void A_new_file_and_its_folder_are_made()
    {
        string path = _folder + "/new/folder/config.toml";
        Assert.Equal(0, CtkCli.Run("config", "-ic", path).Status);
        Assert.Equal(CtkCli.Run("config", "default").Output, File.ReadAllText(path));
        Assert.Equal(0, CtkCli.Run("config", "default", "--output", _folder + "/other/x").Status);
        Assert.True(File.Exists(_folder + "/other/x"));
    }

    [Fact]
    [Requirement("CF-121")]
    public void In_place_and_output_exclude_each_other()
    {
        CommandResult result = Run("-i", "-o", _folder + "/x");
        Assert.Equal(1, result.Status);
        Assert.Contains("cannot specify both --in-place and --output", result.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [Requirement("CF-103", "CF-104", "CF-110", "CF-111", "CF-115")]
    [InlineData("bogus.key=1", "invalid --set option bogus.key=1: invalid config option: undefined field: \\\"bogus\\\"")]
    [InlineData("nvidia-container-runtime.runtimes.x=1", "undefined field: \\\"x\\\"")]
    [InlineData("nvidia-container-runtime.mode", "invalid format: expected key=value; got nvidia-container-runtime.mode")]
    [InlineData("nvidia-container-runtime", "invalid format: ")]
    [InlineData("nvidia-container-runtime=1", "unsupported type for [nvidia-container-runtime 1] (struct)")]
    [InlineData("disable-require=maybe", "invalid format: ")]
    public void A_wrong_change_leaves_the_file_alone(string set, string message)
    {
        File.WriteAllText(File_, Own);
        CommandResult result = Run("-i", "--set", "disable-require=false", "--set", set);
        Assert.Equal(1, result.Status);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
        Assert.Equal(Own, File.ReadAllText(File_));
    }

    [Fact]
    [Requirement("CF-41")]
    public void A_file_that_the_runtime_would_refuse_is_written_with_a_warning()
    {
        CommandResult result = Run("-i", "--set", "nvidia-container-cli.ldconfig=/sbin/ldconfig");
        Assert.Equal(0, result.Status);
        Assert.Contains(
            "level=warning msg=\"the runtime will refuse this configuration: nvidia-container-cli.ldconfig value", result.Errors, StringComparison.Ordinal);
        Assert.Contains("ldconfig = \"/sbin/ldconfig\"", File.ReadAllText(File_), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CF-11", "CF-103")]
    public void Broken_input_changes_nothing()
    {
        File.WriteAllText(File_, "a = 1\nb = [\n");
        CommandResult result = Run("-i", "--set", "disable-require");
        Assert.Equal(1, result.Status);
        Assert.Contains("unable to create config: failed to load specified config file: (3, 1): ", result.Errors, StringComparison.Ordinal);
        Assert.Equal("a = 1\nb = [\n", File.ReadAllText(File_));
    }

    [Fact]
    [Requirement("CF-103", "CF-112")]
    public void The_list_separator_may_be_chosen_but_not_be_empty()
    {
        Assert.Contains("runtimes = [\"a;b\", \"c\"]", Run("--set", "nvidia-container-runtime.runtimes=a;b:c").Output, StringComparison.Ordinal);
        Assert.Contains("runtimes = [\"a\", \"b:c\"]", Run("--set-list-separator", ";", "--set", "nvidia-container-runtime.runtimes=a;b:c").Output,
            StringComparison.Ordinal);
        Assert.Contains("set-list-separator must be set", Run("--set-list-separator=").Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CF-101", "CF-102")]
    public void Superfluous_words_are_ignored_and_wrong_flags_are_not()
    {
        Assert.Equal(0, Run("surplus").Status);
        CommandResult result = Run("--bogus");
        Assert.Equal(1, result.Status);
        Assert.StartsWith("Incorrect Usage: flag provided but not defined: -bogus", result.Errors);
        File.WriteAllText(_folder + "/g.toml", "disable-require = true\n");
        Assert.Contains("disable-require = false", CtkCli.Run("--config", _folder + "/g.toml", "config", "--config-file", _folder + "/none").Output,
            StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CF-103", "CF-134")]
    public void A_target_that_cannot_be_opened_is_named()
    {
        Assert.Contains("failed to create output directory: ", CtkCli.Run("config", "default", "-o", "/dev/null/x/y").Errors, StringComparison.Ordinal);
        Assert.Contains("failed to load specified config file: ", Run("-c", _folder).Errors, StringComparison.Ordinal);
        Assert.Contains("level=error msg=\"failed to ", CtkCli.Run("config", "default", "-o", _folder).Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CF-1", "CF-2", "CF-4")]
    public void The_environment_of_the_program_names_the_one_file()
    {
        Directory.CreateDirectory(_folder + "/xdg/nvidia-container-runtime");
        File.WriteAllText(_folder + "/xdg/nvidia-container-runtime/config.toml", "disable-require = true\n");
        File.WriteAllText(File_, "swarm-resource = \"X\"\n");
        var xdg = new Dictionary<string, string?> { ["XDG_CONFIG_HOME"] = _folder + "/xdg" };
        Assert.Contains("disable-require = true", CtkCli.Run(["config"], xdg).Output, StringComparison.Ordinal);
        xdg["NVIDIA_CTK_CONFIG_FILE_PATH"] = "";
        Assert.Contains("disable-require = true", CtkCli.Run(["config"], xdg).Output, StringComparison.Ordinal);
        xdg["NVIDIA_CTK_CONFIG_FILE_PATH"] = File_;
        string own = CtkCli.Run(["config"], xdg).Output;
        Assert.Contains("swarm-resource = \"X\"", own, StringComparison.Ordinal);
        Assert.DoesNotContain("disable-require", own, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CF-131")]
    public void The_defaults_go_to_the_output_that_is_named()
    {
        Assert.Empty(CtkCli.Run("config", "default", "-o", _folder + "/d").Succeeded().Output);
        Assert.Equal(CtkCli.Run("config", "default", "--output=").Output, File.ReadAllText(_folder + "/d"));
    }

    [Fact]
    public void Explain_says_value_origin_and_meaning()
    {
        File.WriteAllText(File_, Own);
        Assert.Equal(
            $"nvidia-container-runtime.mode\n  value:    \"cdi\"\n  from:     {File_}, line 6\n  default:  \"auto\"\n" +
                "  values:   auto, cdi, jit-cdi, csv, legacy\n  used by:  shim, hook\n"
                + "  meaning:  how containers are modified: auto, cdi, jit-cdi, csv or legacy\n",
            Run("explain", "nvidia-container-runtime.mode").Output);
        string table = Run("explain").Output;
        foreach (Configuration.Keys.ConfigKey key in Configuration.Keys.ConfigKeys.All)
        {
            Assert.Contains("\n  " + key.Parts[^1], table, StringComparison.Ordinal);
            Assert.Contains(key.Parts.Length == 1 ? "\n" : $"\n[{string.Join('.', key.Parts[..^1])}]\n", table, StringComparison.Ordinal);
        }
        using var json = System.Text.Json.JsonDocument.Parse(Run("explain", "--format=json").Output);
        System.Text.Json.JsonElement mode = json.RootElement.GetProperty("keys").EnumerateArray()
            .Single(key => key.GetProperty("key").GetString() == "nvidia-container-runtime.mode");
        Assert.Equal(("\"cdi\"", 6, "\"auto\""),
            (mode.GetProperty("value").GetString(), mode.GetProperty("line").GetInt32(), mode.GetProperty("default").GetString()));
        Assert.Contains("did you mean nvidia-container-runtime.mode?", Run("explain", "nvidia-container-runtime.mod").Errors, StringComparison.Ordinal);
    }
}
