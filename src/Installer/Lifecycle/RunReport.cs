using System.Text.Json;

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
    public string Line(string phase, string engine, string toolkitDir, string result, string step = "")
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("phase", phase);
            json.WriteString("result", result);
            if (step.Length > 0)
                json.WriteString("step", step);
            json.WriteString("version", ProductVersion.Text);
            json.WriteStartObject("toolkit");
            json.WriteString("dir", toolkitDir);
            json.WriteNumber("changes", ToolkitChanges);
            if (CdiSpec.Length > 0)
                json.WriteString("cdiSpec", CdiSpec);
            json.WriteEndObject();
            WriteEngine(json, engine);
            json.WriteBoolean("nriPlugin", NriPlugin);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private void WriteEngine(Utf8JsonWriter json, string engine)
    {
        json.WriteStartObject("engine");
        json.WriteString("name", engine);
        json.WriteStartArray("files");
        foreach ((string path, bool isRemoved) in EngineFiles)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteString("action", isRemoved ? "removed" : "written");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBoolean("restarted", Restarted);
        json.WriteEndObject();
    }
}
