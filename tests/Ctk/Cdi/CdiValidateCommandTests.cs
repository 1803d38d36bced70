using System.Text.Json;

namespace GpuContainers.Ctk.Tests.Cdi;

public sealed class CdiValidateCommandTests : CdiFolder
{
    [Fact]
    public void A_faultless_file_has_no_findings()
    {
        string hook = Write("hook", "#!/bin/sh\n");
        string file = Spec(
            "x.yaml",
            edits: $"hooks: [{{hookName: createContainer, path: {hook}, env: [A=1]}}], deviceNodes: [{{path: /dev/null}}], mounts: [{{hostPath: /, " +
            "containerPath: /x}]");
        Assert.Equal("1 file, 0 errors, 0 warnings\n", CtkCli.Run("cdi", "validate", file).Succeeded().Output);
    }

    [Fact]
    public void Each_kind_of_trouble_has_its_code_place_and_cure()
    {
        Write("a-syntax.yaml", "kind: [\n");
        Write("b-structure.yaml", "cdiVersion: 0.3.0\nodd: 1\nodder: 2\n");
        Write("c-empty.yaml", "# nothing\n");
        Spec("d-invalid.yaml", version: "0.3.0", edits: "additionalGids: [1], env: [X]");
        Write("e-spelling.yaml", "CDIVERSION: 0.3.0\ncdiVersion: 0.3.0\nkind: v/e\ndevices: [{name: d, containerEdits: {env: [A=1]}}]\n");
        Write("f-annotation.yaml", "cdiVersion: 0.6.0\nkind: v/f\nannotations: {///: x}\ndevices: [{name: d, containerEdits: {env: [A=1]}}]\n");
        Spec("g-hook.yaml", "v/g", edits: "hooks: [{hookName: createContainer, path: /bin/sh}, {hookName: startContainer, path: /none}, {hookName: " +
            "prestart, path: /none, env: [A=1]}]");
        File.SetUnixFileMode(Spec("h-writable.yaml", "v/h"), (UnixFileMode)0b110_110_110);
        Spec("i-missing.yaml", "v/i",
            edits: "mounts: [{hostPath: /none, containerPath: /x}, {hostPath: tmpfs, containerPath: /y, type: tmpfs}], deviceNodes: [{path: /dev/none}, " +
            "{path: /dev/none2, type: c, major: 1}]");
        Spec("j-other.yaml", "v/j", edits: "deviceNodes: [{path: /dev/null, type: c, major: 1, minor: 5}, {path: /dev/zero, type: b, major: 1, minor: 5}]");
        Write("k-version.yaml",
            "cdiVersion: 0.3.0\nkind: v/k\ndevices:\n- {name: a, containerEdits: {deviceNodes: [{path: /dev/null, hostPath: /dev/null}]}}\n- {name: b, " +
            "containerEdits: {env: [A=1]}}\n");
        Spec("l-one.yaml", "v/l");
        Spec("l-two.yaml", "v/l");
        Directory.CreateDirectory(Folder + "/m-folder.d");
        File.CreateSymbolicLink(Folder + "/m-link.yaml", Folder + "/m-folder.d");

        CommandResult result = CtkCli.Run("cdi", "validate", "--format=json", Folder);
        Assert.Equal(1, result.Status);
        using var json = JsonDocument.Parse(result.Output);
        string[] found = [.. json.RootElement.GetProperty("findings").EnumerateArray().Select(f =>
            $"{Path.GetFileName(f.GetProperty("file").GetString())} {Line(f)} {f.GetProperty("code").GetString()} {f.GetProperty("severity").GetString()}")];
        Assert.Equal(
            [
                "a-syntax.yaml 2 CDI002 error",
                "b-structure.yaml 2 CDI003 error",
                "b-structure.yaml 3 CDI003 error",
                "c-empty.yaml 0 CDI004 error",
                "d-invalid.yaml 1 CDI005 error",
                "d-invalid.yaml 5 CDI005 error",
                "e-spelling.yaml 2 CDI101 warning",
                "f-annotation.yaml 3 CDI102 warning",
                "g-hook.yaml 5 CDI103 warning",
                "g-hook.yaml 5 CDI105 error",
                "h-writable.yaml 0 CDI104 error",
                "i-missing.yaml 5 CDI105 error",
                "i-missing.yaml 5 CDI105 error",
                "i-missing.yaml 5 CDI105 warning",
                "j-other.yaml 5 CDI106 warning",
                "j-other.yaml 5 CDI106 warning",
                "k-version.yaml 1 CDI107 warning",
                "l-two.yaml 4 CDI108 error",
                "m-link.yaml 0 CDI001 error",
            ],
            found);
        Assert.All(json.RootElement.GetProperty("findings").EnumerateArray(), f => Assert.NotEqual("", f.GetProperty("cure").GetString()));
        Assert.Equal((14, 12, 7), (Number(json, "files"), Number(json, "errors"), Number(json, "warnings")));
    }

    [Fact]
    public void Folders_and_hooks_that_others_can_write_are_errors()
    {
        string hook = Write("bin/hook", "#!/bin/sh\n");
        File.SetUnixFileMode(Folder + "/bin", (UnixFileMode)0b111_111_111);
        string file = Spec("x.yaml", edits: $"hooks: [{{hookName: createRuntime, path: {hook}, env: [A=1]}}]");
        CommandResult result = CtkCli.Run("cdi", "validate", file);
        Assert.Equal(1, result.Status);
        Assert.Contains($"{file}:5:60: error CDI104: devices[0].containerEdits.hooks[0].path: hook {hook}: {Folder}/bin can be written by everyone\n",
            result.Output, StringComparison.Ordinal);
        Assert.Contains($"    cure: chown root:root {Folder}/bin && chmod go-w {Folder}/bin\n", result.Output, StringComparison.Ordinal);
        // With the sticky bit nobody can replace what is root's.
        File.SetUnixFileMode(Folder + "/bin", (UnixFileMode)0b1_111_111_111);
        CtkCli.Run("cdi", "validate", file).Succeeded();
    }

    // Whoever can write a specification could else write "0 errors" below its own errors, or change the terminal.
    [Fact]
    [Requirement("SEC-12")]
    public void Names_in_a_file_and_of_files_are_shown_on_one_line_without_control_characters()
    {
        Write("x\u001b[2J\n.yaml", "cdiVersion: 0.6.0\nkind: v/c\ndevices:\n" +
            "- {name: \"\\e[31m\\n1 file, 0 errors\", \"\\e]0;t\\a\": 1, containerEdits: {env: [A=1]}}\n");
        CommandResult result = CtkCli.Run("cdi", "validate", Folder);
        Assert.Equal(1, result.Status);
        Assert.Contains("x\\u001b[2J\\u000a.yaml", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Output, static c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain(result.Output.Split('\n'), static line => line.StartsWith("1 file, 0 errors", StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_is_told_to_change_the_rights_of_a_device()
    {
        File.CreateSymbolicLink(Folder + "/zero.yaml", "/dev/zero");
        string output = CtkCli.Run("cdi", "validate", Folder + "/zero.yaml").Output;
        Assert.DoesNotContain("chown", output, StringComparison.Ordinal);
        Assert.Contains("cure: put a regular file in place of what leads to /dev/zero\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_paths_the_specification_folders_are_examined()
    {
        Spec("low/x.yaml");
        Spec("high/x.yaml");
        // One device in two folders is not a conflict: priority decides.
        Assert.Equal("2 files, 0 errors, 0 warnings\n", CtkCli.Run("cdi", "validate", $"--spec-dir={Folder}/low,{Folder}/high").Succeeded().Output);
        CommandResult missing = CtkCli.Run("cdi", "validate", Folder + "/none.yaml");
        Assert.Equal(1, missing.Status);
        Assert.Contains("error CDI001: open ", missing.Output, StringComparison.Ordinal);
    }

    private static int Line(JsonElement finding) => finding.TryGetProperty("line", out JsonElement line) ? line.GetInt32() : 0;

    private static int Number(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetInt32();

    [Fact]
    [Requirement("CT-199")]
    public void What_readers_pass_over_is_found()
    {
        string rest = Write("rest.yaml", "cdiVersion: 0.3.0\nkind: v/a\ndevices: [{name: d, containerEdits: {env: [A=1]}}]\n---\nkind: v/b\n");
        string end = Write("end.yaml", "cdiVersion: 0.3.0\nkind: v/c\ndevices: [{name: d, containerEdits: {env: [A=1]}}]\n...\nmore\n");
        string names = Write("names.yaml", "cdiVersion: 0.5.0\nkind: v/d\ndevices:\n- {name: 1e3, containerEdits: {env: [A=1]}}\n"
            + "- {name: yes, containerEdits: {env: [A=1]}}\n- {name: \"0\", containerEdits: {env: [A=1]}}\n");
        string relative = Spec("relative.yaml", "v/r",
            edits: "mounts: [{hostPath: lib/x, containerPath: /x}, {hostPath: tmpfs, containerPath: /t, type: tmpfs}], "
            + "deviceNodes: [{path: /dev/q, hostPath: dev/q, type: c, major: 1, minor: 2}]");
        CommandResult result = CtkCli.Run("cdi", "validate", "--no-host-checks", rest, end, names, relative).Succeeded();
        string[] places = [.. result.Output.Split('\n').Where(line => line.Contains(": warning ", StringComparison.Ordinal)).Select(line =>
            Path.GetFileName(line[..line.IndexOf(": ", StringComparison.Ordinal)]) + line[line.IndexOf(" CDI", StringComparison.Ordinal)..][..7])];
        Assert.Equal(["rest.yaml:4:1 CDI109", "end.yaml:5:1 CDI109", "names.yaml:4:10 CDI112", "names.yaml:5:10 CDI112", "relative.yaml:5:40 CDI111",
            "relative.yaml:5:158 CDI111"], places);
        Assert.Contains("1e3 without quotes is a number to YAML; engines take it as \"1000\" at best", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-199")]
    public void A_folder_of_yml_files_is_found()
    {
        Write("a.yml", "x");
        CommandResult result = CtkCli.Run("cdi", "validate", Folder);
        Assert.Equal(1, result.Status);
        Assert.Contains("/a.yml: error CDI110: no engine reads a file whose name ends in .yml", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-199")]
    public void A_host_without_specifications_is_healthy_and_told_how_to_make_one()
    {
        CommandResult result = Command.Run("/usr/bin/unshare", ["-m", "/bin/sh", "-c", "for d in /etc /run; do mount -t tmpfs none $d; done; exec \"$@\"",
            "sh", Path.Combine(AppContext.BaseDirectory, "nvidia-ctk-cli"), "cdi", "validate"]);
        Assert.Equal("0 files, 0 errors, 0 warnings\n", result.Succeeded().Output);
        Assert.Contains("no specification found in /etc/cdi, /var/run/cdi; make one: nvidia-ctk cdi generate --output=/var/run/cdi/nvidia.yaml", result.Errors,
            StringComparison.Ordinal);
    }
}
