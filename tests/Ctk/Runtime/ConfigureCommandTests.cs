using GpuContainers.Ctk.Tests.Cdi;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Tests.Runtime;

/// <summary>The command line of runtime configure: checks, messages, files.</summary>
public sealed class ConfigureCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Config => _folder + "/etc/config";

    private string DropIn => _folder + "/etc/conf.d/99-nvidia.toml";

    private CommandResult Run(params string[] options) => RunWith([], options);

    private CommandResult RunWith(Dictionary<string, string?> environment, params string[] options) =>
        CtkCli.Run(["runtime", "configure", "--config", Config, "--backup-dir", _folder + "/backups", .. options], environment);

    private CommandResult Docker(params string[] options) => Run(["--runtime=docker", .. options]);

    private CommandResult Containerd(params string[] options) => Run(["--runtime=containerd", "--drop-in-config", DropIn, .. options]);

    private CommandResult Crio(params string[] options) => Run(["--runtime=crio", "--drop-in-config", DropIn, .. options]);

    private void Write(string text)
    {
        Directory.CreateDirectory(_folder + "/etc");
        File.WriteAllText(Config, text);
    }

    private static void Refused(CommandResult result, string message)
    {
        Assert.Equal(1, result.Status);
        Assert.Contains("level=error", result.Errors, StringComparison.Ordinal);
        Assert.Contains(message, result.Errors.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    private static void Said(CommandResult result, params string[] messages)
    {
        string errors = result.Succeeded().Errors.Replace("\\\"", "\"", StringComparison.Ordinal);
        foreach (string message in messages)
            Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    private static string Program(string folder, string name, string script)
    {
        string path = Path.Combine(folder, name);
        ProgramFile.Write(path, "#!/bin/sh\n" + script);
        return path;
    }

    [Fact]
    [Requirement("CT-30", "CT-33", "CT-41", "CT-50", "CT-60", "CT-61", "CT-65", "CT-130", "CT-131")]
    public void A_new_file_has_the_form_of_the_specification()
    {
        CommandResult result = Docker();
        Said(result, "Config file does not exist; using empty config", $"Wrote updated config to {Config}",
            "It is recommended that docker daemon be restarted.");
        Assert.Empty(result.Output);
        Assert.Equal(
            "{\n    \"runtimes\": {\n        \"nvidia\": {\n            \"args\": [],\n            \"path\": \"nvidia-container-runtime\"\n        }\n    }\n}",
            File.ReadAllText(Config));
        CommandResult again = Docker();
        Said(again, $"Loading config from {Config}", $"Config is up to date: {Config}", "It is recommended that docker daemon be restarted.");
        Assert.DoesNotContain("Wrote", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-47", "CT-50")]
    public void Names_and_paths_of_any_letters_are_escaped()
    {
        Docker("--nvidia-runtime-name", "a<b>&\"ü", "--nvidia-runtime-path", "rel/\\x").Succeeded();
        Assert.Contains("\"a\\u003cb\\u003e\\u0026\\\"ü\": {", File.ReadAllText(Config), StringComparison.Ordinal);
        File.Delete(Config);
        Containerd("--nvidia-runtime-name", "a.b \"c\"").Succeeded();
        Assert.Contains("containerd.runtimes.\"a.b \\\"c\\\"\".options]\n", File.ReadAllText(DropIn), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-20", "CT-22", "CT-23", "CT-26", "CT-27", "CT-28")]
    public void Wrong_options_are_refused_in_their_order()
    {
        Refused(Run("--runtime=lxc", "--nvidia-runtime-name="), "unrecognized runtime 'lxc'");
        Refused(Docker("--nvidia-runtime-name="), "the name of the NVIDIA runtime is empty");
        Refused(Crio("--runtime-path=bin/x"), "the NVIDIA runtime path \"bin/x\" is not an absolute path");
        Refused(Docker("--config-source=web", "--drop-in-config=x"), "unrecognized Config Source: web");
        Refused(Docker("--drop-in-config=/x.json"), "runtime docker does not support drop-in configs");
        Refused(Containerd("--drop-in-config=x.toml"), "the drop-in-config path \"x.toml\" is not an absolute path");
        Refused(Run("--runtime=lxc", "--config-mode=hook", "--nvidia-runtime-hook-path=x"), "the NVIDIA runtime hook path \"x\" is not an absolute path");
        Assert.False(Directory.Exists(_folder + "/etc"));
    }

    [Fact]
    [Requirement("CT-16", "CT-21", "CT-24", "CT-25", "CT-26")]
    public void Options_that_do_not_fit_are_named_and_dropped()
    {
        Said(Docker("--config-mode=x", "--executable-path=/bin/false", "--config-source=command"),
            "Ignoring unsupported config mode for docker: \"x\"", "Ignoring executable-path=\"/bin/false\" flag for docker",
            "A command Config Source is not supported for docker; using file");
        File.Delete(Config);
        Said(Crio("--cdi.enabled"), "Ignoring cdi.enabled flag for crio");
        Assert.DoesNotContain("cdi", File.ReadAllText(DropIn), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-8")]
    public void The_global_config_does_not_reach_the_command()
    {
        string other = _folder + "/other";
        CtkCli.Run(["--config", other, "runtime", "configure", "--config", Config, "--backup-dir="], new() { ["NVIDIA_CTK_CONFIG"] = other }).Succeeded();
        Assert.True(File.Exists(Config));
        Assert.False(File.Exists(other));
    }

    [Fact]
    [Requirement("CT-9")]
    public void Every_name_of_an_option_works()
    {
        Docker("-set-as-default", "--enable-cdi=true", "-runtime-path", "/opt/r").Succeeded();
        Assert.Equal("{\"default-runtime\":\"nvidia\",\"features\":{\"cdi\":true},\"runtimes\":{\"nvidia\":{\"args\":[],\"path\":\"/opt/r\"}}}",
            System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Config))!.ToJsonString());
    }

    [Fact]
    [Requirement("CT-31", "CT-33", "CT-43", "CT-87")]
    public void A_dry_run_prints_both_documents()
    {
        CommandResult result = Containerd("--dry-run");
        Said(result, "Drop-in config:", "Top-level config:");
        Assert.Contains("BinaryName = \"/usr/bin/nvidia-container-runtime\"\n", result.Output, StringComparison.Ordinal);
        // The runtime that containerd 1.x has built in stays beside ours (CT-195).
        Assert.EndsWith($"runtime_type = \"io.containerd.runc.v2\"\n\nimports = [\"{_folder}/etc/conf.d/*.toml\"]\nversion = 2\n\n", result.Output);
        Assert.DoesNotContain("Wrote", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder + "/etc"));
        Assert.False(Directory.Exists(_folder + "/backups"));
    }

    [Fact]
    [Requirement("CT-32", "CT-40")]
    public void A_directory_in_place_of_the_file_is_an_error()
    {
        Directory.CreateDirectory(Config);
        Refused(Docker(), $"unable to load config for runtime docker: read {Config}: is a directory");
        Refused(Containerd(), $"unable to load config for runtime containerd: read {Config}: is a directory");
    }

    [Fact]
    [Requirement("CT-41", "CT-44")]
    public void Folders_and_files_get_the_usual_modes_and_an_existing_file_keeps_its_own()
    {
        Crio().Succeeded();
        Assert.Equal((UnixFileMode)FileModes.PublicFolder, File.GetUnixFileMode(_folder + "/etc/conf.d"));
        Assert.Equal((UnixFileMode)FileModes.PublicFile, File.GetUnixFileMode(DropIn));
        Write("{}");
        File.SetUnixFileMode(Config, (UnixFileMode)FileModes.PrivateFile);
        Docker().Succeeded();
        Assert.Equal((UnixFileMode)FileModes.PrivateFile, File.GetUnixFileMode(Config));
    }

    [Fact]
    [Requirement("CT-41", "CT-44")]
    public void A_link_is_followed_and_stays()
    {
        Directory.CreateDirectory(_folder + "/etc");
        File.WriteAllText(_folder + "/real", "{}");
        File.CreateSymbolicLink(Config, "../real");
        Docker().Succeeded();
        Assert.Equal("../real", new FileInfo(Config).LinkTarget);
        Assert.Contains("nvidia", File.ReadAllText(_folder + "/real"), StringComparison.Ordinal);
        Docker("--undo").Succeeded();
        Assert.Equal("../real", new FileInfo(Config).LinkTarget);
        Assert.Equal("{}", File.ReadAllText(_folder + "/real"));
    }

    [Fact]
    [Requirement("CT-35", "CT-80", "CT-82", "CT-84")]
    public void The_command_source_is_asked_and_the_top_level_file_read_again()
    {
        string program = Program(
            _folder, "containerd", "[ \"$*\" = 'config dump' ] && echo 'version = 3\n[plugins.\"io.containerd.cri.v1.runtime\"]\nx = 1\n[grpc]\ny = 2'");
        Write("version = 2 # mine\n");
        Said(Containerd("--config-source=command", "--executable-path", program), "Using config version 3",
            "Using CRI runtime plugin name \"io.containerd.cri.v1.runtime\"");
        Assert.Equal($"version = 2 # mine\nimports = [\"{_folder}/etc/conf.d/*.toml\"]\n", File.ReadAllText(Config));
        string dropIn = File.ReadAllText(DropIn);
        Assert.StartsWith("version = 3\n", dropIn);
        Assert.Contains("    x = 1\n", dropIn, StringComparison.Ordinal);
        Assert.DoesNotContain("grpc", dropIn, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-35")]
    public void A_failing_command_is_reported_with_its_last_words()
    {
        string program = Program(_folder, "containerd", "echo first >&2; echo 'no such plugin' >&2; exit 7");
        Refused(Containerd("--config-source=command", "--executable-path", program),
            $"unable to load config for runtime containerd: failed to run command {program} [config dump]: exit status 7: no such plugin");
        Refused(RunWith(new() { ["PATH"] = _folder + "/none" }, "--runtime=containerd", "--config-source=command"),
            "failed to run command containerd [config dump]: exec: \"containerd\": executable file not found in $PATH");
    }

    [Fact]
    [Requirement("CT-45", "CT-71", "CT-88")]
    public void A_broken_top_level_file_stops_everything_also_with_a_command()
    {
        string program = Program(_folder, "containerd", "echo 'version = 2'");
        Write("version = 2\nx = [\n");
        Refused(Containerd("--config-source=command", "--executable-path", program), "unable to load config for runtime containerd: failed to load config: (");
        Assert.Equal("version = 2\nx = [\n", File.ReadAllText(Config));
        Assert.False(File.Exists(DropIn));
    }

    [Fact]
    [Requirement("CT-36")]
    public void Crio_status_is_the_second_try()
    {
        string programs = Directory.CreateDirectory(_folder + "/bin").FullName;
        Program(programs, "crio", "exit 1");
        var environment = new Dictionary<string, string?> { ["PATH"] = programs + ":/usr/bin:/bin" };
        string[] options = ["--runtime=crio", "--config-source=command", "--drop-in-config", DropIn];
        Refused(RunWith(environment, options), "failed to run command crio [status config]: exit status 1\\nfailed to run command crio-status [config]: exec:");
        Program(programs, "crio-status", "echo '[crio.runtime.runtimes.runc]\nmonitor_path = \"/m\"'");
        RunWith(environment, options).Succeeded();
        Assert.Contains("monitor_path = \"/m\"", File.ReadAllText(DropIn), StringComparison.Ordinal);
        Assert.False(File.Exists(Config));
    }

    [Fact]
    [Requirement("CT-95", "CT-98")]
    public void Version_1_with_a_drop_in_is_warned_about()
    {
        Write("[plugins.cri]\n");
        Said(Containerd(), "no drop-in files with config version 1", "--drop-in-config");
        Assert.Equal("[plugins.cri]\n", File.ReadAllText(Config));
    }

    [Fact]
    [Requirement("CT-90")]
    public void A_failure_of_the_second_file_takes_the_first_back()
    {
        // The kernel refuses a file below one that is not a folder, after the drop-in was written.
        CommandResult result = TestSupport.Command.Run("/usr/bin/unshare", ["-m", "/bin/sh", "-c",
            $"mkdir -p {_folder}/etc/conf.d; mount -t tmpfs none {_folder}/etc; mkdir {_folder}/etc/conf.d; echo 'version = 2' > {Config}; mkdir {_folder}/w; "
            + $"mount -t tmpfs none {_folder}/w; cp {Config} {_folder}/w/config; mount -o remount,ro {_folder}/w; "
            + $"{Path.Combine(AppContext.BaseDirectory, "nvidia-ctk-cli")} runtime configure --runtime=containerd --config {_folder}/w/config "
            + $"--drop-in-config {DropIn} --backup-dir {_folder}/etc/b; "
            + $"echo status $?; ls -R {_folder}/etc/conf.d {_folder}/etc/b; cat {_folder}/w/config"]);
        Assert.Contains("unable to flush config: open ", result.Errors, StringComparison.Ordinal);
        Assert.Equal($"status 1\n{_folder}/etc/b:\n\n{_folder}/etc/conf.d:\nversion = 2\n", result.Output);
    }

    [Theory]
    [Requirement("CT-45", "CT-52", "CT-64", "CT-78", "CT-83")]
    [InlineData("docker", "comment.json", "(2, 3): ")]
    [InlineData("docker", "trailing.json", "(4, 1): ")]
    [InlineData("docker", "comma.json", "(4, 1): ")]
    [InlineData("docker", "runtime-text.json", "(1, 25): runtimes.nvidia must be an object, but is a string")]
    [InlineData("docker", "runtimes-list.json", "(2, 15): runtimes must be an object, but is an array")]
    [InlineData("containerd", "k3s-template.toml", "(1, 1): ")]
    [InlineData("containerd", "rke2-template.toml", "{{ begins a template")]
    [InlineData("containerd", "twice.toml", "(3, 1): ")]
    [InlineData("containerd", "version-text.toml", "failed to parse config version: unsupported type for version field: 2; correct ")]
    [InlineData("containerd", "imports-text.toml", "(2, 1): imports must be an array, but is string /etc/containerd/conf.d/*.toml")]
    [InlineData("containerd", "runtime-text.toml", "(3, 1): plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc must be a table, but is string x")]
    [InlineData("crio", "k3s-template.toml", "(1, 1): ")]
    public void Broken_files_are_refused_with_file_line_and_column(string engine, string file, string message)
    {
        string text = File.ReadAllText(Checkout.At("testdata", "engines", "refused", file));
        Write(text);
        CommandResult result = Run(["--runtime=" + engine, .. engine == "docker" ? Array.Empty<string>() : ["--drop-in-config", DropIn]]);
        Refused(result, message);
        Assert.Contains(Config, result.Errors, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Config));
        Assert.Equal([Config], Directory.GetFileSystemEntries(_folder + "/etc"));
    }

    [Theory]
    [Requirement("CT-53", "CT-64")]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("null\n")]
    [InlineData("{\"runtimes\":null}")]
    public void Empty_and_null_count_as_an_empty_object(string text)
    {
        Write(text);
        Docker().Succeeded();
        Assert.Equal("{\"runtimes\":{\"nvidia\":{\"args\":[],\"path\":\"nvidia-container-runtime\"}}}",
            System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Config))!.ToJsonString());
    }

    [Fact]
    [Requirement("CT-62")]
    public void Without_the_flag_an_earlier_default_of_Docker_stays()
    {
        Write("{\"default-runtime\": \"nvidia\"}");
        Docker().Succeeded();
        Assert.Contains("\"default-runtime\": \"nvidia\"", File.ReadAllText(Config), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-45")]
    public void A_local_date_is_TOML()
    {
        Write("version = 2\nd = 1979-05-27\n");
        Containerd().Succeeded();
        Assert.StartsWith("version = 2\nd = 1979-05-27\nimports = ", File.ReadAllText(Config));
    }

    [Fact]
    [Requirement("CT-20", "CT-110", "CT-111", "CT-112", "CT-113")]
    public void The_hook_file_is_written_printed_or_shown_and_undone()
    {
        string path = _folder + "/hooks/nvidia.json";
        string[] options = [
            "--runtime=lxc", "--config-mode=oci-hook", "--oci-hook-path", path, "--nvidia-runtime-hook-path=/opt/x/nvidia-container-runtime-hook"];
        const string content = """
            {
              "version": "1.0.0",
              "hook": {
                "path": "/opt/x/nvidia-container-runtime-hook",
                "args": ["nvidia-container-runtime-hook", "prestart"],
                "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/x"]
              },
              "when": {
                "always": true,
                "commands": [".*"]
              },
              "stages": ["prestart"]
            }

            """;
        Assert.Equal(content, Run([.. options, "--dry-run"]).Succeeded().Output);
        Assert.False(Directory.Exists(_folder + "/hooks"));
        CommandResult result = Run(options);
        Said(result, "The \"oci-hook\" config-mode is deprecated");
        Assert.DoesNotContain("restarted", result.Errors, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(path));
        Run([.. options, "--undo"]).Succeeded();
        Assert.False(Directory.Exists(_folder + "/hooks"));
        Assert.Contains("\"env\": [\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"]", Run("--config-mode=hook").Succeeded().Output,
            StringComparison.Ordinal);
        File.WriteAllText(_folder + "/file", "");
        Refused(Run("--config-mode=hook", "--oci-hook-path", _folder + "/file/x/y.json"), "error creating OCI hook: error creating hook");
    }
}
