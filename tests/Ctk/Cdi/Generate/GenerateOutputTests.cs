namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>Where documents go, and in which form.</summary>
public sealed class GenerateOutputTests(ServerHost host) : IClassFixture<ServerHost>
{
    [Fact]
    [Requirement("GN-57", "GN-63", "GN-96")]
    public void Standard_output_has_the_document_and_nothing_else()
    {
        CommandResult yaml = host.Generate().Succeeded();
        Assert.StartsWith(
            "---\ncdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n    - name: \"0\"\n      containerEdits:\n", yaml.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n", yaml.Output, StringComparison.Ordinal);
        Assert.Contains("Generated CDI spec with version 0.5.0", yaml.Errors, StringComparison.Ordinal);
        CommandResult json = host.Generate("--format=JSON").Succeeded();
        Assert.StartsWith(
            "{\"cdiVersion\":\"0.5.0\",\"kind\":\"nvidia.com/gpu\",\"devices\":[{\"name\":\"0\",\"containerEdits\":", json.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", json.Output, StringComparison.Ordinal);
        // No temporary folder is needed (GN-63).
        host.Shell("TMPDIR=/nonexistent nvidia-ctk cdi generate").Succeeded();
    }

    [Fact]
    public void Quiet_says_nothing_and_misses_are_one_line()
    {
        Assert.Equal("", host.Shell("nvidia-ctk --quiet cdi generate --output=/run/quiet.yaml").Succeeded().Errors);
        string[] lines = host.Generate("--output=/run/loud.yaml").Succeeded().Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, static line => Assert.Contains("level=info", line, StringComparison.Ordinal));
        Assert.Single(
            lines, static line => line.Contains("optional files and nodes were looked for and not found; --explain lists them", StringComparison.Ordinal));
        Assert.Contains(
            "could not locate nvidia-imex", host.Shell("nvidia-ctk --debug cdi generate --output=/run/loud.yaml").Succeeded().Errors, StringComparison.Ordinal);
    }

    // The extension decides, and what has none is written in the format under its own name.
    [Theory]
    [Requirement("GN-61", "GN-87", "CT-200")]
    [InlineData("x.yaml", "", "x.yaml", false)]
    [InlineData("x.yml", "", "x.yml", false)]
    [InlineData("x", "", "x", false)]
    [InlineData("x", "--format=json", "x", true)]
    [InlineData("x.json", "--format=yaml", "x.json", true)]
    [InlineData("x.yaml", "--format=json", "x.yaml", false)]
    [InlineData("x.json", "", "x.json", true)]
    [InlineData("x.JSON", "", "x.JSON", true)]
    [InlineData("x.YAML", "", "x.YAML", false)]
    [InlineData("new/folders/x.yaml", "", "new/folders/x.yaml", false)]
    public void The_extension_decides(string output, string option, string expected, bool isJson)
    {
        host.Shell("rm -rf /run/out");
        CommandResult result = host.Generate([$"--output=/run/out/{output}", .. option.Length > 0 ? new[] { option } : []]).Succeeded();
        Assert.Equal("", result.Output);
        Assert.Equal([host.At("/run/out/" + expected)], Directory.GetFiles(host.At("/run/out"), "*", SearchOption.AllDirectories));
        Assert.Equal(isJson, File.ReadAllText(host.At("/run/out/" + expected)).StartsWith('{'));
        bool differs = option.Length > 0 && output.Contains('.');
        bool isUnread = Path.GetExtension(output) is not (".json" or ".yaml");
        Assert.Equal(isUnread, result.Errors.Contains("engines read only files whose names end in", StringComparison.Ordinal));
        Assert.Equal(differs, result.Errors.Contains("does not match format implied by output file name", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("GN-61")]
    public void A_bare_name_lies_in_the_working_directory()
    {
        host.Shell("mkdir -p /run/here && cd /run/here && nvidia-ctk cdi generate --output=x.yaml").Succeeded();
        Assert.True(File.Exists(host.At("/run/here/x.yaml")));
    }

    [Theory]
    [Requirement("CT-200")]
    [InlineData("/run", "nvidia.yaml")]
    [InlineData("/run/", "nvidia.yaml")]
    [InlineData("/run/not-there/", "nvidia.yaml")]
    [InlineData("/run --format=json", "nvidia.json")]
    public void A_folder_is_refused_with_the_name_to_use(string output, string name)
    {
        CommandResult result = host.Shell("nvidia-ctk cdi generate --output=" + output);
        Assert.Equal(1, result.Status);
        Assert.Contains($"is a folder; give the file in it: --output={output.Split(' ')[0].TrimEnd('/')}/{name}", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CT-200")]
    [InlineData("/dev/stdout", "")]
    [InlineData("/proc/self/fd/1", "")]
    [InlineData("/proc/self/fd/7", "7>&1")]
    [InlineData("/dev/stderr", "2>&1 >/dev/null | sed '/^time=/d'")]
    public void Descriptors_take_the_document(string output, string redirection) => Assert.Equal(
        host.Shell("nvidia-ctk --quiet cdi generate").Succeeded().Output,
        host.Shell($"nvidia-ctk --quiet cdi generate --output={output} {redirection} | cat").Succeeded().Output);

    // Mode 0644 whatever the umask, and nothing but the file in the folder.
    [Fact]
    [Requirement("GN-62")]
    public void A_file_is_replaced_as_a_whole()
    {
        host.Shell(
            "mkdir -p /run/whole; umask 077; nvidia-ctk cdi generate --output=/run/whole/x.yaml; ln /run/whole/x.yaml /run/old; nvidia-ctk cdi generate " +
            "--no-all-device --output=/run/whole/x.yaml").Succeeded();
        Assert.Equal([host.At("/run/whole/x.yaml")], Directory.GetFileSystemEntries(host.At("/run/whole")));
        Assert.Equal("-rw-r--r--", host.Shell("stat -c %A /run/whole/x.yaml").Output.Trim());
        // The earlier file was not written into.
        Assert.Contains("- name: all", File.ReadAllText(host.At("/run/old")), StringComparison.Ordinal);
        Assert.DoesNotContain("- name: all", File.ReadAllText(host.At("/run/whole/x.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("GN-59")]
    public void A_document_that_is_not_valid_leaves_the_file_as_it_was()
    {
        host.Generate("--output=/run/kept.yaml").Succeeded();
        string before = File.ReadAllText(host.At("/run/kept.yaml"));
        CommandResult result = host.Generate("--mode=gds", "--output=/run/kept.yaml");
        Assert.Equal(1, result.Status);
        Assert.Contains("failed to write spec: invalid CDI Spec: ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Generated CDI spec", result.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(host.At("/run/kept.yaml")));
    }

    [Theory]
    [Requirement("GN-96", "GN-97")]
    [InlineData("/proc/self/x/y.yaml", "failed to write spec: failed to create Spec dir: ")]
    [InlineData("/etc/passwd/y.yaml", "failed to write spec: failed to create Spec dir: ")]
    public void A_folder_that_cannot_be_made_is_an_error(string output, string text)
    {
        CommandResult result = host.Generate("--output=" + output);
        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains(text, result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.Split('\n'), static line => line.Contains("level=error", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("GN-96")]
    public void A_full_standard_output_is_an_error()
    {
        CommandResult result = host.Shell("nvidia-ctk cdi generate > /dev/full");
        Assert.Equal(1, result.Status);
        Assert.Contains("failed to write CDI spec to STDOUT: write standard output: no space left on device", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Generated CDI spec", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_a_summary_follows()
    {
        string screen = host.Shell("script -qec 'nvidia-ctk cdi generate --output=/run/screen.yaml' /dev/null").Succeeded().Output;
        Assert.Matches("kind +nvidia.com/gpu → /run/screen.yaml", screen);
        Assert.Matches("devices +0, 1, ", screen);
        Assert.Matches("libraries +13, from /usr/lib/", screen);
        Assert.Matches("not found +[0-9]+: ", screen);
        string quiet = host.Shell("script -qec 'nvidia-ctk --quiet cdi generate --output=/run/screen.yaml' /dev/null").Succeeded().Output;
        Assert.DoesNotContain("nvidia.com", quiet, StringComparison.Ordinal);
    }
}
