using System.Text.Json;

namespace GpuContainers.Ctk.Tests.Cdi;

public sealed class CdiListCommandTests : CdiFolder
{
    [Fact]
    [Requirement("CDI-171", "CDI-172")]
    public void Names_go_to_standard_output_and_everything_else_to_standard_error()
    {
        Spec("b.yaml", "w/c", "b");
        Spec("a.yaml", "v/c", "10");
        Spec("c.yaml", "v/d", "2");
        CommandResult result = CtkCli.Run("cdi", "list", $"--spec-dir={Folder}").Succeeded();
        Assert.Equal("v/c=10\nv/d=2\nw/c=b\n", result.Output);
        Assert.Contains("Found 3 CDI devices", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-171", "CDI-173")]
    public void Broken_files_are_warnings_in_byte_order()
    {
        string second = Write("z.yaml", "kind: 3");
        string first = Write("Z.yaml", "- x");
        Spec("good.yaml");
        // Files at which NVIDIA's toolkit crashes (CDI-25, CDI-40).
        Spec("letter.yaml", "a/g");
        Write("null.yaml", "cdiVersion: 0.3.0\nkind: v/c\ndevices: [{name: d, containerEdits: {deviceNodes: [null]}}]\n");
        CommandResult result = CtkCli.Run("cdi", "list", $"--spec-dir={Folder}").Succeeded();
        Assert.Equal("a/g=dev\nacme.example/npu=dev\n", result.Output);
        Assert.Contains("The following registry errors were reported:", result.Errors, StringComparison.Ordinal);
        int at = result.Errors.IndexOf($"{first}: [failed to load CDI Spec {first}:1:1:", StringComparison.Ordinal);
        Assert.True(at >= 0 && at < result.Errors.IndexOf($"{second}: [", StringComparison.Ordinal), result.Errors);
    }

    [Fact]
    [Requirement("CDI-172")]
    public void Quiet_leaves_the_names()
    {
        Spec("x.yaml");
        Write("broken.yaml", "- x");
        CommandResult result = CtkCli.Run("--quiet", "cdi", "list", "--spec-dir", Folder).Succeeded();
        Assert.Equal(("acme.example/npu=dev\n", ""), (result.Output, result.Errors));
        Assert.Equal("", CtkCli.Run("--quiet", "cdi", "list", $"--spec-dir={Folder}/none").Succeeded().Output);
    }

    [Fact]
    [Requirement("CDI-169")]
    public void Folders_are_split_at_commas_and_add_up()
    {
        Spec("a/x.yaml", "v/a");
        Spec("b /x.yaml", "v/b");
        Spec("c/x.yaml", "v/c");
        Assert.Equal("v/a=dev\nv/b=dev\nv/c=dev\n", CtkCli.Run("--quiet", "cdi", "list", $"--spec-dir={Folder}/a,{Folder}/b ", "--spec-dir", Folder + "/c")
            .Succeeded().Output);
        Assert.Equal("v/a=dev\n", CtkCli.Run("--quiet", "cdi", "list", $"--spec-dir={Folder}/a,{Folder}/b").Succeeded().Output);
    }

    [Fact]
    [Requirement("CDI-169")]
    public void The_environment_counts_unless_it_is_empty_or_a_flag_is_given()
    {
        Spec("a/x.yaml", "v/a");
        Spec("b/x.yaml", "v/b");
        Dictionary<string, string?> environment = new() { ["NVIDIA_CTK_CDI_SPEC_DIRS"] = $"{Folder}/a,{Folder}/b" };
        Assert.Equal("v/a=dev\nv/b=dev\n", CtkCli.Run(["--quiet", "cdi", "list"], environment).Succeeded().Output);
        Assert.Equal("v/a=dev\n", CtkCli.Run(["--quiet", "cdi", "list", $"--spec-dir={Folder}/a"], environment).Succeeded().Output);
        // Set but empty: the default folders, not the working directory.
        environment["NVIDIA_CTK_CDI_SPEC_DIRS"] = "";
        Assert.DoesNotContain(
            "v/a=dev", CtkCli.Run(["--quiet", "cdi", "list"], environment, folder: Folder + "/a").Succeeded().Output, StringComparison.Ordinal);
    }

    // "no folder at all" cannot be said; an empty value is the working directory.
    [Fact]
    [Requirement("CDI-169", "CDI-170")]
    public void An_empty_folder_is_the_working_directory()
    {
        Spec("x.yaml");
        Assert.Equal("acme.example/npu=dev\n", CtkCli.Run(["--quiet", "cdi", "list", "--spec-dir="], [], folder: Folder).Succeeded().Output);
    }

    [Fact]
    public void Json_has_devices_files_and_errors()
    {
        string file = Spec("x.yaml");
        string broken = Write("y.yaml", "- x");
        using var json = JsonDocument.Parse(CtkCli.Run("--quiet", "cdi", "list", "--format=json", $"--spec-dir={Folder}").Succeeded().Output);
        JsonElement device = json.RootElement.GetProperty("devices")[0];
        Assert.Equal(("acme.example/npu=dev", "acme.example/npu", file, 0), (
            device.GetProperty("name").GetString(), device.GetProperty("kind").GetString(), device.GetProperty("file").GetString(),
                device.GetProperty("priority").GetInt32()));
        Assert.Equal(1, json.RootElement.GetProperty("errors").GetProperty(broken).GetArrayLength());
    }

    [Fact]
    public void A_table_counts_the_devices_of_each_kind()
    {
        Spec("x.yaml");
        Spec("y.yaml", device: "other");
        string table = CtkCli.Run("--quiet", "cdi", "list", "--format=table", $"--spec-dir={Folder}").Succeeded().Output;
        Assert.Matches("acme.example/npu \\(2\\) +. dev, other", table);
        CommandResult wrong = CtkCli.Run("cdi", "list", "--format=xml");
        Assert.Equal(1, wrong.Status);
        Assert.Contains("invalid output format: xml", wrong.Errors, StringComparison.Ordinal);
    }
}
