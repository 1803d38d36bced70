using System.Text.Json;
using System.Text.RegularExpressions;
using GpuContainers.Runtime.Tests.Prestart;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests;

/// <summary>Every error of docs/errors.md, provoked.</summary>
[Requirement("RT-260", "RT-261")]
public sealed class ErrorsTests
{
    private const string Auto = "";
    private const string Csv = "[nvidia-container-runtime]\nmode = \"csv\"\n";
    private const string Legacy = "[nvidia-container-runtime]\nmode = \"legacy\"\n";

    // Text of the table; configuration; environment of the container; members of config.json.
    public static TheoryData<string, string, string> RuntimeErrors => new()
    {
        { "error loading config", "x = [", "" },
        { "at least one runtime candidate must be specified", "[nvidia-container-runtime]\nruntimes = []\n", "" },
        { "no runtime binary found from candidate list", "[nvidia-container-runtime]\nruntimes = [\"absent-runtime\"]\n", "" },
        { "a mode must be specified", "[nvidia-container-runtime]\nmode = \"\"\n", "" },
        { "invalid mode", "[nvidia-container-runtime]\nmode = \"magic\"\n", "" },
        { "requirements not met", Csv, "NVIDIA_VISIBLE_DEVICES=all;NVIDIA_REQUIRE_CUDA=cuda" },
        { "requesting a CDI device with vendor 'runtime.nvidia.com' is not supported when requesting other CDI devices", Auto,
            "NVIDIA_VISIBLE_DEVICES=0,nvidia.com/gpu=0" },
        {
            "environment variables of containers may not ask for the CDI devices",
            Cdi("").Replace("spec-dirs", "allowed-kinds = [\"x.com/nic\"]\nspec-dirs", StringComparison.Ordinal),
            "NVIDIA_VISIBLE_DEVICES=v.com/gpu=0" },
        { "unresolvable CDI devices", Cdi(""), "NVIDIA_VISIBLE_DEVICES=v.com/gpu=7" },
        { "failed to stat CDI host device", Cdi("""{"path":"/dev/absent-node"}"""), "NVIDIA_VISIBLE_DEVICES=v.com/gpu=0" },
        { "does not exist on this host: the specification is stale",
            Cdi("""],"mounts":[{"hostPath":"/absent/lib.so","containerPath":"/lib.so","options":["ro","bind"]}"""), "NVIDIA_VISIBLE_DEVICES=v.com/gpu=0" },
        { "host type mismatch", Cdi("""{"path":"/dev/null","type":"b"}"""), "NVIDIA_VISIBLE_DEVICES=v.com/gpu=0" },
        { "failed to initialize NVML", Auto, "NVIDIA_VISIBLE_DEVICES=0" },
        { "unsupported device id", Csv, "NVIDIA_VISIBLE_DEVICES=7" },
        { "failed to construct CUDA Compat discoverer", Legacy + "[nvidia-container-runtime.modes.legacy]\ncuda-compat-mode = \"hook\"\n",
            "NVIDIA_VISIBLE_DEVICES=0" },
        { "failed to create mounts discoverer", Legacy, "NVIDIA_VISIBLE_DEVICES=0;NVIDIA_DRIVER_CAPABILITIES=graphics" },
    };

    [Theory]
    [Requirement("RT-5", "RT-6", "RT-14", "RT-260", "RT-261")]
    [MemberData(nameof(RuntimeErrors))]
    public void The_runtime_ends_with_one_line_and_leaves_the_bundle_alone(string text, string config, string environment)
    {
        string specification = $$"""{"ociVersion":"1","process":{"env":[ {{string.Join(',', environment.Split(';').Select(entry => $"\"{entry}\""))}} ]} }""";
        using var run = new ShimRun(specification);
        Directory.CreateDirectory(run.Scratch.At("driver"));
        run.Scratch.File("specs/v.json", Specification(config));
        // The driver root is empty, so that a driver of this machine plays no part; the child that would ask a library is missing.
        run.Config = config.Split('\u0001')[0].Replace("SPECS", run.Scratch.At("specs"), StringComparison.Ordinal) +
            $"\n[nvidia-container-cli]\nroot = \"{run.Scratch.At("driver")}\"\n";
        CoreProgram.Result result = run.Create("--log", run.Scratch.At("log"), "--log-format", "json");
        Check(text, result);
        Assert.Empty(run.Called);
        Assert.Equal(specification, run.ConfigJson);
        string message = result.Errors.Split("msg=")[1];
        // The cure stands behind the cause.
        Assert.Contains("; ", message, StringComparison.Ordinal);
        if (text == "error loading config")
            return;
        // What the engine shows is the whole of it (RT-44).
        JsonElement record = JsonDocument.Parse(File.ReadAllLines(run.Scratch.At("log"))[^1]).RootElement;
        Assert.Equal("error", record.GetProperty("level").GetString());
        Assert.Equal(message.TrimEnd('\n').Trim('"'), record.GetProperty("msg").GetString()!.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("RT-84")]
    [InlineData("error opening OCI specification file", null)]
    [InlineData("error reading OCI specification", "{")]
    [InlineData("json: unknown field", """{"strange":1}""")]
    public void Bundles_that_cannot_be_read(string text, string? content)
    {
        using var run = new ShimRun(content ?? "", "[features]\nallow-unknown-oci-spec-fields = false\n");
        if (content is null)
            File.Delete(run.Scratch.At("bundle/config.json"));
        Check(text, run.Create());
    }

    [Fact]
    [Requirement("RT-74")]
    public void A_bundle_flag_without_value()
    {
        using var run = new ShimRun();
        CoreProgram.Result result = run.Run("nvidia-container-runtime", ["create", "c1", "--bundle"]);
        Check("bundle option requires an argument", result);
        Assert.Contains(
            "failed to create NVIDIA Container Runtime: error constructing OCI specification: error getting bundle directory: error getting bundle dir from " +
            "args: bundle option requires an argument", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-181")]
    [InlineData("identifier is not a valid UUID or index", "NVIDIA_VISIBLE_DEVICES=banana")]
    [InlineData("failed to get device handle", "NVIDIA_VISIBLE_DEVICES=7")]
    [InlineData("invalid channel ID", "NVIDIA_VISIBLE_DEVICES=0;NVIDIA_IMEX_CHANNELS=x")]
    [InlineData("IMEX channel", "NVIDIA_VISIBLE_DEVICES=0;NVIDIA_IMEX_CHANNELS=3")]
    public void Devices_that_the_host_does_not_have(string text, string environment)
    {
        using var host = new FakeHost(0);
        CoreException error = Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request(environment.Split(';')))));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.Contains(text, Documented);
    }

    [Fact]
    [Requirement("RT-89")]
    public void A_bundle_that_cannot_be_written()
    {
        using var scratch = new ScratchFolder();
        using TestMount mount = TestMount.Tmpfs(scratch.At("disk"), "size=1m");
        File.WriteAllText(scratch.At("disk/config.json"), ShimRun.Specification);
        TestMount.Remount(scratch.At("disk"), "ro");
        using var run = new ShimRun(config: Legacy);
        Check("error writing modified OCI specification", run.Run("nvidia-container-runtime", ["create", "-b", scratch.At("disk"), "c1"]));
        Assert.Empty(run.Called);
    }

    [Fact]
    [Requirement("RT-63")]
    public void A_low_level_runtime_that_cannot_be_started()
    {
        using var run = new ShimRun(config: Legacy);
        run.Scratch.Program("bin/runc", "\u007fELF and nothing else");
        CoreProgram.Result result = run.Create();
        Check("could not exec", result);
        Assert.Contains($"could not exec '{run.Scratch.At("bin/runc")}': exec format error", result.Errors, StringComparison.Ordinal);
        Assert.Contains("prestart", run.ConfigJson, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-47")]
    public void A_log_file_that_cannot_be_closed() => Assert.Contains("failed to reset logger", Documented);

    [Fact]
    [Requirement("RT-6", "RT-49")]
    public void A_fault_of_the_program_is_one_line()
    {
        string text = InternalError.Describe(Assert.Throws<InvalidOperationException>(Fault));
        Assert.Matches("^internal error: InvalidOperationException in .*: odd; please report this$", text);
        Assert.DoesNotContain(".cs", text, StringComparison.Ordinal);
        Assert.Contains("internal error", Documented);
    }

    private static void Fault() => throw new InvalidOperationException("odd");

    [Fact]
    public void The_tools_program_must_lie_beside_the_core()
    {
        using var scratch = new ScratchFolder();
        ProgramFile.Install(CoreProgram.Path, scratch.At("nvidia-ctk"));
        foreach (string part in CoreProgram.IsNative ? [] : Directory.GetFiles(AppContext.BaseDirectory))
        {
            if (!part.Contains("nvidia-ctk-cli", StringComparison.Ordinal) && !File.Exists(scratch.At(Path.GetFileName(part))))
                File.Copy(part, scratch.At(Path.GetFileName(part)));
        }
        Check("nvidia-ctk-cli': no such file or directory", CoreProgram.Run(scratch, "nvidia-ctk", ["config"]));
    }

    // Text of the table; configuration beside legacy mode; environment of the container.
    [Theory]
    [Requirement("LG-73")]
    [InlineData("error getting hook config: failed to load config", "x = [", "")]
    [InlineData("error getting hook config: invalid value for supported-driver-capabilities", "supported-driver-capabilities = \"magic\"", "")]
    [InlineData("cannot set MIG_CONFIG_DEVICES in non privileged container", "", "NVIDIA_VISIBLE_DEVICES=0;NVIDIA_MIG_CONFIG_DEVICES=all")]
    [InlineData("cannot set MIG_MONITOR_DEVICES in non privileged container", "", "NVIDIA_VISIBLE_DEVICES=0;NVIDIA_MIG_MONITOR_DEVICES=all")]
    [InlineData("unsupported capabilities found in", "", "NVIDIA_VISIBLE_DEVICES=0;NVIDIA_DRIVER_CAPABILITIES=none")]
    [InlineData("failed to get requirements", "", "CUDA_VERSION=abc")]
    [InlineData("invoking the NVIDIA Container Runtime Hook directly", "", "NVIDIA_VISIBLE_DEVICES=0")]
    [InlineData("nvidia-container-cli.implementation", "nvidia-container-cli.implementation = \"magic\"", "NVIDIA_VISIBLE_DEVICES=0")]
    [InlineData("exec failed", "nvidia-container-cli.path = \"/nowhere\"", "NVIDIA_VISIBLE_DEVICES=0")]
    public void The_hook_says_what_is_wrong_with_a_container(string text, string config, string environment)
    {
        using var run = new HookRun(environment.Split(';'));
        if (text.StartsWith("invoking", StringComparison.Ordinal))
            run.Scratch.File("config.toml", "[nvidia-container-runtime]\nmode = \"cdi\"\n");
        else
            run.Configure(config);
        Check(text, run.Prestart());
        Assert.Empty(run.Called);
    }

    [Theory]
    [Requirement("LG-73")]
    [InlineData("could not decode container state", "no json", null)]
    [InlineData("could not open OCI spec", """{"pid":1,"bundle":"/nowhere"}""", null)]
    [InlineData("could not decode OCI spec", "", "{")]
    [InlineData("process.env of config.json has more than", "", """{"ociVersion":"1.0.2","process":{"env":[MANY]},"root":{}}""")]
    [InlineData("Version is empty in OCI spec", "", "{}")]
    [InlineData("Process is empty in OCI spec", "", """{"ociVersion":"1.0.2"}""")]
    [InlineData("Root is empty in OCI spec", "", """{"ociVersion":"1.0.2","process":{}}""")]
    [InlineData("could not decode Process.Capabilities in OCI spec", "", """{"ociVersion":"1.0.2","process":{"capabilities":["x"]},"root":{}}""")]
    [InlineData("invalid pid", """{"pid":0,"bundle":"BUNDLE"}""", null)]
    public void The_hook_says_what_is_wrong_with_its_input(string text, string state, string? specification)
    {
        string many = string.Join(',', Enumerable.Repeat("\"A\"", 131_073));
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        if (specification is not null)
            run.Scratch.File("bundle/config.json", specification.Replace("MANY", many, StringComparison.Ordinal));
        if (state.Length > 0)
            run.State = state.Replace("BUNDLE", run.Scratch.At("bundle"), StringComparison.Ordinal);
        Check(text, run.Prestart());
        Assert.Empty(run.Called);
    }

    [Fact]
    [Requirement("LG-65")]
    public void The_injector_must_be_there()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0");
        run.Configure("nvidia-container-cli.implementation = \"external\"");
        File.Delete(run.Scratch.At("bin/nvidia-container-cli"));
        Check("couldn't find binary nvidia-container-cli in PATH", run.Prestart(("PATH", "/nowhere")));
    }

    [Theory]
    [Requirement("RT-91")]
    [InlineData("the container state is empty", "", "create-symlinks", "--link", "a::/b")]
    [InlineData("the container state is not valid JSON", "{", "create-symlinks", "--link", "a::/b")]
    [InlineData("the container state names no absolute bundle", "{}", "create-symlinks", "--link", "a::/b")]
    [InlineData("cannot read the container state", "", "create-symlinks", "--link", "a::/b", "--container-spec", "/nowhere/state.json")]
    [InlineData("cannot read the container's configuration", """{"bundle":"/nowhere"}""", "create-symlinks", "--link", "a::/b")]
    [InlineData("the container state names no absolute root", """{"bundle":"SCRATCH"}""", "create-symlinks", "--link", "a::/b")]
    [InlineData("cannot use the container root", """{"bundle":"/b","root":"/"}""", "create-symlinks", "--link", "a::/b")]
    [InlineData("invalid mode", "{}", "chmod", "--mode", "x", "--path", "/a")]
    [InlineData("cannot be a part of a sequence", "{}", "sequence", "sequence")]
    public void The_hooks_say_what_is_wrong(string text, string state, params string[] arguments)
    {
        using var scratch = new ScratchFolder();
        scratch.File("config.json", "{}");
        Check(text, CoreProgram.Run(scratch, "nvidia-cdi-hook", arguments, state.Replace("SCRATCH", scratch.Path, StringComparison.Ordinal)));
    }

    [Theory]
    [Requirement("HK-139")]
    [InlineData("is not a whole number of MiB from 0 to", """["NVIDIA_GPU_MEMORY_LIMIT=2G"]""")]
    [InlineData("is above NVIDIA_GPU_MEMORY_LIMIT", """["NVIDIA_GPU_MEMORY_REQUEST=2","NVIDIA_GPU_MEMORY_LIMIT=1"]""")]
    public void The_memory_hook_says_what_is_wrong_with_its_variables(string text, string variables)
    {
        using var scratch = new ScratchFolder();
        scratch.File("config.json", $$$"""{"process":{"env":{{{variables}}}}}""");
        string state = $$$"""{"bundle":"{{{scratch.Path}}}"}""";
        Check(text, CoreProgram.Run(scratch, "nvidia-cdi-hook", ["apply-cuda-memory-limits", "--gpu-id", "GPU-1"], state));
    }

    // Every row of the tables is a text that a test of this class provokes.
    [Fact]
    public void Nothing_is_listed_that_no_test_provokes()
    {
        string source = File.ReadAllText(Path.Combine(Repository, "tests/Runtime/ErrorsTests.cs"));
        Assert.All(Documented, text => Assert.Contains($"\"{text}\"", source, StringComparison.Ordinal));
    }

    // Every beginning of a message in the sources is in the tables.
    [Fact]
    public void Every_error_of_the_runtime_and_the_hook_is_listed()
    {
        var missing = new List<string>();
        foreach (string folder in (string[])["Create", "Prestart", "Requests", "Requirements"])
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository, "src/Runtime", folder), "*.cs", SearchOption.AllDirectories))
            {
                // A long text stands in several pieces.
                string source = Regex.Replace(File.ReadAllText(file), "\"\\s*\\+\\s*\\$?\"", "");
                foreach (Match match in Regex.Matches(source, "new CoreException\\(\\s*([^;]*?\"[^\"]+\"[^;]*);", RegexOptions.Singleline))
                {
                    // What stands before the first value that is filled in.
                    string beginning = match.Groups[1].Value.Split('"')[1].Split('{')[0];
                    bool isListed = Documented.Any(text => match.Groups[1].Value.Contains(text, StringComparison.Ordinal)
                        || (beginning.Length > 8 && text.StartsWith(beginning, StringComparison.Ordinal)));
                    if (!isListed && !IsCause(file))
                        missing.Add($"{Path.GetFileName(file)}: {match.Groups[1].Value}");
                }
            }
        }
        Assert.Empty(missing);
    }

    // The causes of a requirement that is not met stand behind "requirements not met"; those of generation come from the projects below.
    private static bool IsCause(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "Requirements"
        || Path.GetFileName(file) is "GeneratedSpec.cs" or "LegacyPlanner.cs" or "RegistryDevices.cs" or "StaleMounts.cs";

    private static void Check(string text, CoreProgram.Result result)
    {
        Assert.Equal(1, result.Status);
        Assert.Equal("", result.Output);
        // The hook program may say its mode before the error.
        Assert.InRange(result.Errors.TrimEnd('\n').Split('\n').Length, 1, 2);
        Assert.Contains(text, result.Errors.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(text, Documented);
    }

    private static string Cdi(string node) =>
        "[nvidia-container-runtime]\nmode = \"cdi\"\n[nvidia-container-runtime.modes.cdi]\nspec-dirs = [\"SPECS\"]\n\u0001" + node;

    private static string Specification(string config)
    {
        string node = config.Contains('\u0001', StringComparison.Ordinal) ? config.Split('\u0001')[1] : "";
        return """{"cdiVersion":"0.5.0","kind":"v.com/gpu","devices":[{"name":"0","containerEdits":{"env":["A=1"],"deviceNodes":[""" + node + "]}}]}";
    }

    // The section of the tools is at the end and has its own test (tests/Ctk/ErrorsTests.cs).
    private static string[] Documented { get; } =
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Repository, "docs/errors.md")).Split("## nvidia-ctk: the tools")[0], "^\\| `([^`]+)` \\|",
            RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    private static string Repository
    {
        get
        {
            for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "GpuContainers.slnx")))
                    return folder;
            }
            throw new InvalidOperationException("the tests run outside of the repository");
        }
    }
}
