using GpuContainers.Diagnostics;
using GpuContainers.Oci.Json;

namespace GpuContainers.Installer.Lifecycle;

/// <summary>What a run did, as one line of JSON for programs that watch over nodes.</summary>
internal sealed class RunReport
{
    /// <summary>How many files of the toolkit were made, replaced or removed.</summary>
    public int ToolkitChanges { get; set; }

    /// <summary>The CDI specification that was written; empty for none.</summary>
    public string CdiSpec { get; set; } = "";

    /// <summary>The files of the engine that were changed, and whether each was removed.</summary>
    public IReadOnlyList<(string Path, bool IsRemoved)> EngineFiles { get; set; } = [];

    /// <summary>Whether the engine was told to read them.</summary>
    public bool Restarted { get; set; }

    /// <summary>Whether the NRI plugin runs.</summary>
    public bool NriPlugin { get; set; }

    /// <summary>Forgets what was done to the engine, before the next phase.</summary>
    public void BeginPhase()
    {
        EngineFiles = [];
        Restarted = false;
    }

    /// <summary>The line, with its end.</summary>
    /// <param name="phase">What ended: "setup", "cleanup" or "undo".</param>
    /// <param name="engine">The engine's name.</param>
    /// <param name="toolkitDir">The folder of the installed programs.</param>
    /// <param name="result">"done", "interrupted" or "failed".</param>
    /// <param name="step">The step that failed; empty if none did. Why it failed stands on standard error.</param>
    public string Line(string phase, string engine, string toolkitDir, string result, string step = "") => JsonLine.Object(json =>
    {
        json.Member("phase", phase);
        json.Member("result", result);
        json.Optional("step", step);
        json.Member("version", ProductVersion.Text);
        json.Name("toolkit");
        json.BeginObject();
        json.Member("dir", toolkitDir);
        json.Member("changes", ToolkitChanges);
        json.Optional("cdiSpec", CdiSpec);
        json.EndObject();
        json.Name("engine");
        json.BeginObject();
        json.Member("name", engine);
        json.Member("files", EngineFiles, file =>
        {
            json.Member("path", file.Path);
            json.Member("action", file.IsRemoved ? "removed" : "written");
        });
        json.Member("restarted", Restarted);
        json.EndObject();
        json.Member("nriPlugin", NriPlugin);
    });
}
