namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>Flags, aliases and variables.</summary>
[Requirement("GN-80", "GN-81", "GN-82", "GN-83", "GN-84", "GN-91", "GN-92")]
public sealed class GenerateSettingsTests(WorkstationHost host) : IClassFixture<WorkstationHost>
{
    private const string Prefix = "NVIDIA_CTK_CDI_GENERATE_";

    /// <summary>
    /// Names of one option with its variable, a value, and what the document then has: "kind", "devices", "hooks", "program", "ldconfig", "mounts" or "gids".
    /// </summary>
    public static TheoryData<string, string, string, string, string> Options => new()
    {
        { "--vendor --cdi-vendor", Prefix + "VENDOR", "acme.org", "kind", "acme.org/gpu" },
        { "--class --cdi-class", Prefix + "CLASS", "npu", "kind", "nvidia.com/npu" },
        { "--device-name-strategy", Prefix + "DEVICE_NAME_STRATEGIES", "index,type-index", "devices", "0 all gpu0" },
        { "--device-id --device-ids --device --devices", Prefix + "DEVICE_IDS", "none", "devices", "none" },
        { "--disable-hook --disable-hooks", Prefix + "DISABLED_HOOKS", "all", "hooks", "" },
        { "--enable-hook --enable-hooks", Prefix + "ENABLED_HOOKS", "update-ldcache", "hooks",
            "create-symlinks create-symlinks enable-cuda-compat update-ldcache disable-device-node-modification update-application-profile" },
        { "--nvidia-cdi-hook-path --nvidia-ctk-path", "NVIDIA_CTK_CDI_HOOK_PATH", "/opt/hook", "program", "/opt/hook" },
        { "--ldconfig-path", Prefix + "LDCONFIG_PATH", "/opt/ldconfig", "ldconfig", "/opt/ldconfig" },
        { "--mode --discovery-mode", Prefix + "MODE", "management", "devices", "all" },
        { "--feature-flag --feature-flags", Prefix + "FEATURE_FLAGS", "disable-ipc-discoverer", "sockets", "" },
    };

    [Theory]
    [Requirement("GN-80", "GN-81")]
    [MemberData(nameof(Options))]
    public void Every_name_and_the_variable_say_the_same(string names, string variable, string value, string part, string expected)
    {
        foreach (string name in names.Split(' '))
            Assert.Equal((name, expected), (name, Part(host.Spec([$"{name}={value}"]), part)));
        Assert.Equal(expected, Part(host.Spec([], new() { [variable] = value }), part));
    }

    [Fact]
    [Requirement("GN-81")]
    public void The_command_line_wins_over_the_environment()
    {
        Dictionary<string, string?> environment = new() { [Prefix + "VENDOR"] = "one.org", [Prefix + "DEVICE_NAME_STRATEGIES"] = "uuid" };
        Assert.Equal("one.org/gpu", host.Spec([], environment).Kind);
        GeneratedSpec spec = host.Spec(["--vendor=two.org", "--device-name-strategy=index"], environment);
        Assert.Equal(("two.org/gpu", "0 all"), (spec.Kind, string.Join(' ', spec.Devices)));
    }

    // The first value replaces the default, further ones add up, and blanks are part of them.
    [Fact]
    [Requirement("GN-80")]
    public void Lists_are_split_at_commas_without_trimming()
    {
        Assert.Equal(["0", "all", "gpu0"], host.Spec(["--device-name-strategy=index", "--device-name-strategy", "type-index"]).Devices);
        CommandResult result = host.Generate("--device-id=0, 1");
        Assert.Equal(1, result.Status);
        Assert.Contains("identifier is not a valid UUID or index: \\\" 1\\\"", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("GN-81")]
    public void Empty_variables_count_for_texts_and_flags_but_not_for_lists()
    {
        CommandResult result = host.Generate([], new() { [Prefix + "MODE"] = "" });
        Assert.Equal(1, result.Status);
        Assert.Contains("invalid discovery mode: ;", result.Errors, StringComparison.Ordinal);
        Assert.Contains("all", host.Spec([], new() { [Prefix + "DEVICE_IDS"] = "", [Prefix + "NO_ALL_DEVICE"] = "" }).Devices);
        Assert.Contains(
            "invalid CDI vendor name: invalid vendor. empty name", host.Generate([], new() { [Prefix + "VENDOR"] = "" }).Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("GN-81", "GN-87")]
    public void Format_and_file_come_from_variables_too()
    {
        CommandResult result = host.Generate([], new() { [Prefix + "OUTPUT_FORMAT"] = "json", ["NVIDIA_CTK_CDI_OUTPUT_FILE_PATH"] = "/run/from-variable.yaml" })
            .Succeeded();
        Assert.Equal("", result.Output);
        Assert.Contains(
            "Requested output format \\\"json\\\" does not match format implied by output file name: \\\"yaml\\\"", result.Errors, StringComparison.Ordinal);
        Assert.StartsWith("---\n", File.ReadAllText(host.At("/run/from-variable.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("GN-82")]
    public void Stray_words_are_ignored_and_unknown_flags_are_not()
    {
        Assert.Contains("Ignoring the argument 'stray'", host.Generate("stray").Succeeded().Errors, StringComparison.Ordinal);
        CommandResult result = host.Generate("--bogus");
        Assert.Equal(1, result.Status);
        Assert.StartsWith("Incorrect Usage: flag provided but not defined: -bogus", result.Errors, StringComparison.Ordinal);
        Assert.Contains("EXAMPLES:", result.Output, StringComparison.Ordinal);
    }

    // The version comes from the loaded module here, the files from the folder.
    [Fact]
    [Requirement("GN-83")]
    public void Libraries_are_searched_where_the_user_says()
    {
        host.Shell("mkdir -p /opt/lib && cp -a /usr/lib/*-linux-gnu/libcuda.so* /opt/lib/");
        foreach (GeneratedSpec spec in (GeneratedSpec[])[
            host.Spec(["--library-search-path=/opt/lib"]), host.Spec([], new() { [Prefix + "LIBRARY_SEARCH_PATHS"] = "/opt/lib" })])
            Assert.Equal(["/opt/lib/libcuda.so.570.133.07"], spec.Mounts.Where(static path => path.Contains("libcuda", StringComparison.Ordinal)));
    }

    [Fact]
    [Requirement("GN-84")]
    public void Configuration_files_are_searched_where_the_user_says()
    {
        host.Shell("mkdir -p /opt/conf/vulkan/icd.d && echo {} > /opt/conf/vulkan/icd.d/nvidia_icd.json");
        foreach (GeneratedSpec spec in (GeneratedSpec[])[
            host.Spec(["--config-search-path=/opt/conf"]), host.Spec([], new() { [Prefix + "CONFIG_SEARCH_PATHS"] = "/opt/conf" })])
        {
            Assert.Contains("/opt/conf/vulkan/icd.d/nvidia_icd.json", spec.HostPaths);
            Assert.Contains("/etc/vulkan/icd.d/nvidia_icd.json", spec.Mounts);
            Assert.DoesNotContain(spec.Mounts, static path => path.StartsWith("/usr/share", StringComparison.Ordinal));
        }
    }

    [Theory]
    [Requirement("GN-91")]
    [InlineData("", "0 UUID all")]
    [InlineData("--no-all-device", "0 UUID")]
    [InlineData("--device-id=0", "0 UUID all")]
    [InlineData("--device-name-strategy=type-index", "all gpu0")]
    [InlineData("--device-id=none", "none")]
    [InlineData("--mode=management --no-all-device", "all")]
    public void The_device_of_all_is_added_unless_it_is_there(string options, string devices)
    {
        GeneratedSpec spec = new(host.Shell($"nvidia-ctk --quiet cdi generate --format=json {options}").Succeeded().Output);
        Assert.Equal(devices, string.Join(' ', spec.Devices.Select(static name => name.StartsWith("GPU-", StringComparison.Ordinal) ? "UUID" : name)));
    }

    [Fact]
    [Requirement("GN-12", "GN-91")]
    public void None_switches_the_device_of_all_off_with_a_warning()
    {
        CommandResult result = host.Generate("--device-id=0", "--device-id=none").Succeeded();
        Assert.Contains("Disabling generation of 'all' device", result.Errors, StringComparison.Ordinal);
        Assert.Contains("NVCT_EMPTY_DEVICE=", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("---\ncdiVersion: 0.3.0", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("GN-92")]
    [InlineData("management")]
    [InlineData("nvml")]
    public void The_kind_is_that_of_the_flags_in_every_mode(string mode) => Assert.Equal("nvidia.com/gpu", host.Spec(["--mode=" + mode]).Kind);

    [Fact]
    [Requirement("DS-133")]
    public void Groups_can_be_left_out()
    {
        Assert.NotEmpty(host.Spec([]).Gids("0"));
        Assert.Empty(host.Spec(["--feature-flag=no-additional-gids-for-device-nodes"]).Gids("0"));
    }

    private static string Part(GeneratedSpec spec, string part) => part switch
    {
        "kind" => spec.Kind,
        "devices" => string.Join(' ', spec.Devices),
        "hooks" => string.Join(' ', spec.Hooks),
        "program" => string.Join(' ', spec.HookPrograms),
        "ldconfig" => spec.Arguments("update-ldcache")[1],
        _ => string.Join(' ', spec.Mounts.Where(static path => path.Contains("socket", StringComparison.Ordinal))),
    };
}
