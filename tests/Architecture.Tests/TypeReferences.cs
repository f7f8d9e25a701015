using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Grid.Architecture.Tests;

/// <summary>
/// Which types of an assembly use which others of it: in signatures, fields, bases, attributes and method bodies. Constants and
/// <c>nameof</c> leave no trace in a compiled file, and are not seen.
/// </summary>
sealed class TypeReferences
{
    readonly MetadataReader _reader;
    readonly PEReader _file;
    readonly HashSet<(TypeDefinitionHandle From, TypeDefinitionHandle To)> _uses = [];

    TypeReferences(PEReader file)
    {
        (_file, _reader) = (file, file.GetMetadataReader());
        foreach (var handle in _reader.TypeDefinitions) new Visitor(this, handle).Visit();
    }

    /// <summary>
    /// Every type with its namespace, nested ones aside; none that a compiler or generator made in a namespace of its own.
    /// </summary>
    public static IReadOnlyList<(string Namespace, string Name)> Types(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        return
        [
            .. from handle in reader.TypeDefinitions
               let type = reader.GetTypeDefinition(handle)
               where type.GetDeclaringType().IsNil
               let name = reader.GetString(type.Name).Split('`')[0]
               where !name.StartsWith('<')
               select (reader.GetString(type.Namespace), name),
        ];
    }

    /// <summary>Uses between namespaces that begin with a prefix, each with the pairs of types behind it.</summary>
    public static ILookup<(string From, string To), string> BetweenNamespaces(string path, string prefix)
    {
        using var file = new PEReader(File.OpenRead(path));
        var references = new TypeReferences(file);
        var pairs =
            from use in references._uses
            let @from = references.Outermost(use.From)
            let to = references.Outermost(use.To)
            where @from.Namespace != to.Namespace && Within(@from.Namespace) && Within(to.Namespace)
            select (@from, to);
        return pairs.Distinct().ToLookup(p => (p.@from.Namespace, p.to.Namespace), p => $"{p.@from.Name} -> {p.to.Name}");

        bool Within(string space) => space == prefix || space.StartsWith(prefix + ".", StringComparison.Ordinal);
    }

    (string Namespace, string Name) Outermost(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        while (type.GetDeclaringType() is { IsNil: false } outer) type = _reader.GetTypeDefinition(outer);
        return (_reader.GetString(type.Namespace), _reader.GetString(type.Name));
    }

    /// <summary>Walks all that one type is made of; as a provider of signatures it notes every type that it is told of.</summary>
    sealed class Visitor(TypeReferences all, TypeDefinitionHandle self) : ISignatureTypeProvider<int, int>
    {
        readonly MetadataReader _reader = all._reader;

        public void Visit()
        {
            var type = _reader.GetTypeDefinition(self);
            Entity(type.BaseType);
            foreach (var i in type.GetInterfaceImplementations()) Entity(_reader.GetInterfaceImplementation(i).Interface);
            Attributes(type.GetCustomAttributes());
            Constraints(type.GetGenericParameters());
            foreach (var handle in type.GetFields())
            {
                var field = _reader.GetFieldDefinition(handle);
                field.DecodeSignature(this, 0);
                Attributes(field.GetCustomAttributes());
            }

            foreach (var handle in type.GetMethods()) Method(_reader.GetMethodDefinition(handle));
        }

        void Method(MethodDefinition method)
        {
            method.DecodeSignature(this, 0);
            Attributes(method.GetCustomAttributes());
            Constraints(method.GetGenericParameters());
            foreach (var parameter in method.GetParameters()) Attributes(_reader.GetParameter(parameter).GetCustomAttributes());
            if (method.RelativeVirtualAddress == 0) return;
            var body = all._file.GetMethodBody(method.RelativeVirtualAddress);
            if (!body.LocalSignature.IsNil) _reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, 0);
            foreach (var region in body.ExceptionRegions) Entity(region.CatchType);
            Code(body.GetILReader());
        }

        void Code(BlobReader code)
        {
            foreach (var token in Instructions.Tokens(code)) Entity(token);
        }

        void Attributes(CustomAttributeHandleCollection attributes)
        {
            foreach (var attribute in attributes) Entity(_reader.GetCustomAttribute(attribute).Constructor);
        }

        void Constraints(GenericParameterHandleCollection parameters)
        {
            foreach (var parameter in parameters)
                foreach (var constraint in _reader.GetGenericParameter(parameter).GetConstraints())
                    Entity(_reader.GetGenericParameterConstraint(constraint).Type);
        }

        void Entity(EntityHandle handle)
        {
            if (handle.IsNil) return;
            switch (handle.Kind)
            {
                case HandleKind.TypeDefinition: Note((TypeDefinitionHandle)handle); break;
                case HandleKind.TypeSpecification:
                    _reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, 0); break;
                case HandleKind.MethodDefinition:
                    Note(_reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType()); break;
                case HandleKind.FieldDefinition: Note(_reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType()); break;
                case HandleKind.MemberReference:
                    var member = _reader.GetMemberReference((MemberReferenceHandle)handle);
                    Entity(member.Parent);
                    if (member.GetKind() == MemberReferenceKind.Method) member.DecodeMethodSignature(this, 0);
                    else member.DecodeFieldSignature(this, 0);
                    break;
                case HandleKind.MethodSpecification:
                    var specification = _reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                    Entity(specification.Method);
                    specification.DecodeSignature(this, 0);
                    break;
            }
        }

        int Note(TypeDefinitionHandle type)
        {
            if (type != self) all._uses.Add((self, type));
            return 0;
        }

        public int GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Note(handle);

        public int GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => 0;

        public int GetTypeFromSpecification(MetadataReader reader, int genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, 0);

        public int GetSZArrayType(int elementType) => 0;

        public int GetArrayType(int elementType, ArrayShape shape) => 0;

        public int GetByReferenceType(int elementType) => 0;

        public int GetFunctionPointerType(MethodSignature<int> signature) => 0;

        public int GetGenericInstantiation(int genericType, ImmutableArray<int> typeArguments) => 0;

        public int GetGenericMethodParameter(int genericContext, int index) => 0;

        public int GetGenericTypeParameter(int genericContext, int index) => 0;

        public int GetModifiedType(int modifier, int unmodifiedType, bool isRequired) => 0;

        public int GetPinnedType(int elementType) => 0;

        public int GetPointerType(int elementType) => 0;

        public int GetPrimitiveType(PrimitiveTypeCode typeCode) => 0;
    }
}
