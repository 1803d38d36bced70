using GpuContainers.Engines.Crio;

namespace GpuContainers.Engines.Tests;

public sealed class CrioConfigTests : IDisposable
{
    private const string Crun = "[crio.runtime]\ndefault_runtime = \"crun\"\n[crio.runtime.runtimes.crun]\nruntime_root = \"/run/crun\"\nruntime_type = " +
        "\"vm\"\nmonitor_path = \"/m\"\n";

    private readonly EngineFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Added(CrioConfig config, bool asDefault = false)
    {
        config.AddRuntime("nvidia", "/n", asDefault);
        return EngineFolder.Text(config)!;
    }

    [Fact]
    [Requirement("CT-100", "CT-101", "CT-102", "CT-103")]
    public void The_drop_in_holds_what_is_added_and_nothing_else()
    {
        CrioConfig config = CrioConfig.Load(_folder.With(Crun).WithDropIn);
        Assert.Equal(
            "\n[crio]\n\n  [crio.runtime]\n    default_runtime = \"nvidia\"\n\n    [crio.runtime.runtimes]\n\n      [crio.runtime.runtimes.nvidia]\n        " +
                "monitor_path = \"/m\"\n        runtime_path = \"/n\"\n        runtime_root = \"/run/crun\"\n        runtime_type = \"oci\"\n",
            Added(config, asDefault: true));
        Assert.Equal(Crun, _folder.Write(config));
    }

    [Fact]
    [Requirement("CT-101")]
    public void Without_any_runtime_there_are_no_options() =>
        Assert.EndsWith(
            "[crio.runtime.runtimes.nvidia]\n        runtime_path = \"/n\"\n        runtime_type = \"oci\"\n", Added(CrioConfig.Load(_folder.WithDropIn)));

    [Fact]
    [Requirement("CT-104")]
    public void Without_a_drop_in_the_other_settings_stay()
    {
        string written = Added(CrioConfig.Load(_folder.With(Crun).InFile));
        Assert.StartsWith(Crun, written);
        Assert.Contains("[crio.runtime.runtimes.nvidia]\nruntime_root = \"/run/crun\"\nruntime_type = \"oci\"\nmonitor_path = \"/m\"\nruntime_path = \"/n\"\n",
            written, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-49")]
    public void A_second_run_finds_the_options_of_the_default_that_it_hides()
    {
        string once = Added(CrioConfig.Load(_folder.With(Crun + "[crio.runtime.runtimes.runc]\nruntime_root = \"/runc\"\n").InFile), asDefault: true);
        Assert.Equal(2, once.Split("runtime_root = \"/run/crun\"").Length - 1);
        Assert.Equal(once, Added(CrioConfig.Load(_folder.With(once).InFile), asDefault: true));
    }

    [Fact]
    [Requirement("CT-105")]
    public void A_file_in_place_of_the_drop_in_is_replaced()
    {
        Directory.CreateDirectory(_folder.Path + "/conf.d");
        File.WriteAllText(_folder.DropIn, "[crio.image]\nx = 1\n");
        Assert.DoesNotContain("image", Added(CrioConfig.Load(_folder.WithDropIn)), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-124")]
    public void A_removed_runtime_leaves_no_empty_table()
    {
        CrioConfig config = CrioConfig.Load(_folder.With(Crun).InFile);
        Added(config, asDefault: true);
        _folder.Write(config);
        CrioConfig cleanup = CrioConfig.Load(_folder.InFile);
        cleanup.RemoveRuntime("nvidia");
        Assert.Equal(Crun.Replace("default_runtime = \"crun\"\n", "", StringComparison.Ordinal), _folder.Write(cleanup));
        cleanup = CrioConfig.Load(_folder.InFile);
        cleanup.RemoveRuntime("crun");
        // The header of the section stands for nothing any more (CT-42).
        Assert.Null(_folder.Write(cleanup));
    }

    [Fact]
    [Requirement("CT-125")]
    public void The_default_of_a_drop_in_is_unset_and_its_runtime_stays()
    {
        CrioConfig config = CrioConfig.Load(_folder.With(Crun).WithDropIn);
        Added(config, asDefault: true);
        _folder.Write(config);
        CrioConfig dropIn = CrioConfig.LoadDropIn(_folder.DropIn);
        dropIn.UpdateDefault("unset", "other");
        Assert.Contains("default_runtime = \"nvidia\"", EngineFolder.Text(dropIn), StringComparison.Ordinal);
        dropIn.UpdateDefault("unset", "nvidia");
        string written = EngineFolder.Text(dropIn)!;
        Assert.DoesNotContain("default_runtime", written, StringComparison.Ordinal);
        Assert.Contains("[crio.runtime.runtimes.nvidia]", written, StringComparison.Ordinal);
        dropIn.UpdateDefault("set", "crun");
        Assert.Contains("default_runtime = \"crun\"", EngineFolder.Text(dropIn), StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => dropIn.UpdateDefault("x", "crun"));
    }

    [Fact]
    [Requirement("CT-126")]
    public void Low_level_runtimes_are_named_by_their_paths() =>
        Assert.Equal(
            ["/crun", "/runc"],
            CrioConfig.Load(
            _folder.With("[crio.runtime]\ndefault_runtime = \"crun\"\n[crio.runtime.runtimes]\ncrun = { runtime_path = \"/crun\" }\nrunc = { runtime_path = " +
            "\"/runc\" }\n").InFile).LowLevelRuntimePaths());

    [Fact]
    [Requirement("CT-78")]
    public void What_must_be_a_table_and_is_none_is_named()
    {
        CrioConfig config = CrioConfig.Load(_folder.With("[crio.runtime]\nruntimes = 1\n").WithDropIn);
        Assert.Equal($"(2, 1): crio.runtime.runtimes must be a table, but is int64 1; correct {_folder.Config}",
            Assert.Throws<EngineException>(() => Added(config)).Message);
    }
}
